import { backupPrefix, backupSpace, filePrefix, tenantPrefix, tenantSpace } from '@helpdeskly/archive';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ArchiveKeys } from './archive-keys.js';
import { ArchiveStore } from './archive-store.js';
import { archiveIdOf } from './archives.js';

/** The places of the store. */
@Injectable()
export class ArchivePlaces {
  constructor(
    private readonly control: ControlDatabase,
    private readonly store: ArchiveStore,
    private readonly keys: ArchiveKeys,
  ) {}

  /** Deletes archives that no backup has. */
  async removeStrayArchives(): Promise<void> {
    const found: string[] = [];
    for await (const space of this.store.blobs.spaces(backupPrefix)) found.push(space);
    if (found.length === 0) return;
    // Read after the store: a take is recorded before its first blob is written.
    const rows = await this.control.client.backup.findMany({
      where: { status: { not: 'FAILED' } },
      select: { id: true, takes: true },
    });
    const kept = new Set(rows.map((row) => backupSpace(archiveIdOf(row))));
    for (const space of found) if (!kept.has(space)) await this.store.blobs.deleteSpace(space);
  }

  /** The tenants whose shared blobs need work. */
  async tenants(): Promise<string[]> {
    const ids: string[] = [];
    for await (const space of this.store.blobs.spaces(tenantPrefix)) ids.push(space.slice(tenantPrefix.length));
    const due = await this.control.client.$queryRaw<{ id: string }[]>`
      SELECT f."id" FROM unnest(${ids}::text[]) AS f ("id") LEFT JOIN "ArchiveKey" k ON k."tenantId"::text = f."id"
       WHERE k."tenantId" IS NULL OR k."untidySince" IS NOT NULL
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

  /** Deletes the files of a tenant that are not among `used`. */
  async removeFiles(tenantId: string, used: ReadonlySet<string>): Promise<void> {
    const space = tenantSpace(tenantId);
    for await (const name of this.store.blobs.names(space))
      if (name.startsWith(filePrefix) && !used.has(name)) await this.store.blobs.delete({ space, name });
  }
}
