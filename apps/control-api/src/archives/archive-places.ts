import { backupPrefix, filePrefix, tenantPrefix, tenantSpace } from '@helpdeskly/archive';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchiveStore } from './archive-store.js';
import { archiveOf, type ArchiveId } from './archives.js';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The places of the store. */
@Injectable()
export class ArchivePlaces {
  /** Backups of which the catalog has neither a row nor an event that says that they are over. It never learns of them. */
  private readonly strangers = new Set<string>();

  constructor(
    private readonly control: ControlDatabase,
    private readonly store: ArchiveStore,
    private readonly keys: ArchiveKeys,
  ) {}

  /**
   * Deletes the archives of which the catalog says that they are over: those of a backup that FAILED, was deleted or has expired, and
   * earlier takes. That is so for ever, hence an older catalog that was restored says it only of what is over indeed. Returns the spaces of
   * archives that the catalog does not know; those stay.
   */
  async removeArchives(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const space of this.store.blobs.spaces(backupPrefix)) found.push(space);
    if (found.length === 0) return [];
    const isOver = await this.verdict(found.flatMap((space) => archiveOf(space.slice(backupPrefix.length)) ?? []));
    const unknown: string[] = [];
    for (const space of found) {
      const archive = archiveOf(space.slice(backupPrefix.length));
      const over = archive === undefined ? undefined : isOver(archive);
      if (over === undefined) unknown.push(space);
      else if (over) await this.store.blobs.deleteSpace(space);
    }
    return unknown;
  }

  /** The tenants whose shared blobs need work; `mayRemove`: whether that may be a removal. */
  async tenants(mayRemove: boolean): Promise<string[]> {
    const ids: string[] = [];
    for await (const space of this.store.blobs.spaces(tenantPrefix)) ids.push(space.slice(tenantPrefix.length));
    const due = await this.control.client.$queryRaw<{ id: string }[]>`
      SELECT f."id" FROM unnest(${ids.filter((id) => uuid.test(id))}::uuid[]) AS f ("id")
        LEFT JOIN "ArchiveKey" k ON k."tenantId" = f."id"
       WHERE ${mayRemove} AND (k."tenantId" IS NULL OR k."untidySince" IS NOT NULL)
          OR k."storedSha256" IS DISTINCT FROM encode(sha256(convert_to(k."keySecret", 'UTF8')), 'hex')`;
    return due.map(({ id }) => id);
  }

  storeKey(tenantId: string): Promise<void> {
    return this.keys.storeBeside(tenantId);
  }

  /** Deletes the shared blobs of a tenant that has no archive. */
  async forget(tenantId: string): Promise<void> {
    await this.store.blobs.deleteSpace(tenantSpace(tenantId));
  }

  /** The names of the files that archives of a tenant share, or have shared. */
  async files(tenantId: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const name of this.store.blobs.names(tenantSpace(tenantId)))
      if (name.startsWith(filePrefix)) names.push(name);
    return names;
  }

  async removeFiles(tenantId: string, names: readonly string[]): Promise<void> {
    for (const name of names) await this.store.blobs.delete({ space: tenantSpace(tenantId), name });
  }

  /** Tells of each archive whether it is over; undefined: the catalog does not know it. Asked after the store: a take has its row first. */
  private async verdict(found: readonly ArchiveId[]): Promise<(archive: ArchiveId) => boolean | undefined> {
    const backups = await this.control.client.backup.findMany({ select: { id: true, takes: true, status: true } });
    const rows = new Map(backups.map((row) => [row.id, row]));
    const removed = await this.removed(found.map(({ id }) => id).filter((id) => !rows.has(id)));
    return ({ id, takes }) => {
      const row = rows.get(id);
      if (row === undefined) return removed.has(id) ? true : undefined;
      if (takes > row.takes) return undefined;
      return takes < row.takes || row.status === 'FAILED';
    };
  }

  /** Those of which an event says that they were deleted or have expired. */
  private async removed(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = ids.filter((id) => !this.strangers.has(id));
    if (asked.length === 0) return new Set();
    const rows = await this.control.client.$queryRaw<{ id: string }[]>`
      SELECT "details" ->> 'id' AS "id" FROM "audit"."AuditEvent"
       WHERE "action" IN ('backup.deleted', 'backup.expired') AND "details" ->> 'id' = ANY (${asked}::text[])`;
    const removed = new Set(rows.map(({ id }) => id));
    for (const id of asked) if (!removed.has(id)) this.strangers.add(id);
    return removed;
  }
}
