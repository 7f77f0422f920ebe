import { ArchiveInvalid } from '@helpdeskly/archive';
import { ControlDatabase } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Injectable, Logger } from '@nestjs/common';
import { ControlLocks } from '../locks/control-locks.js';
import { ArchivePlaces } from './archive-places.js';
import { Archives } from './archives.js';

/** Whoever holds it writes, reads or removes blobs that a tenant's archives share. */
export const archivesLock = 'helpdeskly archives';

/** Removes blobs that no archive has: of backups that were deleted or whose worker died, and files of the former alone. */
@Injectable()
export class ArchiveTidy {
  private readonly log = new Logger('ArchiveTidy');
  private reported = 0;

  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly archives: Archives,
    private readonly places: ArchivePlaces,
  ) {}

  /** Repeatable; what fails is left to the next time. */
  async run(): Promise<void> {
    const mayRemove = await this.archivesAreKnown();
    for (const tenantId of await this.places.tenants(mayRemove)) await this.tenant(tenantId, mayRemove);
  }

  /** The same for one tenant, of whose archives one was deleted. */
  async after(tenantId: string): Promise<void> {
    await this.tenant(tenantId, await this.archivesAreKnown());
  }

  /**
   * Removes archives that are over. While the store has others than the catalog knows, because somebody has restored an older control
   * database, nothing that archives share is removed: they may need it.
   */
  private async archivesAreKnown(): Promise<boolean> {
    const unknown = await this.places.removeArchives();
    await this.record(unknown);
    if (unknown.length > 0 && unknown.length !== this.reported)
      this.log.warn(
        `The store of backups has ${unknown.length} archives that this control database does not know, such as ${unknown[0]}: they stay, and so do all files and keys.`,
      );
    this.reported = unknown.length;
    return unknown.length === 0;
  }

  /** For the incident. */
  private async record([example = null, ...others]: readonly (string | null)[]): Promise<void> {
    const unknown = example === null ? 0 : others.length + 1;
    await this.control.client.$executeRaw`
      UPDATE "ArchiveStoreCheck"
         SET "unknown" = ${unknown}, "example" = ${example}, "since" = CASE WHEN ${unknown}::int > 0 THEN coalesce("since", now()) END
       WHERE "unknown" <> ${unknown} OR "example" IS DISTINCT FROM ${example}`;
  }

  /** What the archives of one tenant share. Leaves it alone while a backup of it runs. */
  private async tenant(tenantId: string, mayRemove: boolean): Promise<void> {
    await this.locks.tryHold(archivesLock, tenantId, async () => {
      const key = await this.control.client.archiveKey.findUnique({ where: { tenantId } });
      if (key === null) return mayRemove ? this.places.forget(tenantId) : undefined;
      await this.places.storeKey(tenantId);
      if (key.untidySince !== null && mayRemove) await this.removeUnused(tenantId, key.untidySince);
    });
  }

  /** A take may have lost its lock with its connection and yet come to its end, so it is its row that counts. */
  private async removeUnused(tenantId: string, untidySince: Date): Promise<void> {
    const files = await this.places.files(tenantId); // First: what a later take stores is none of ours.
    if ((await this.control.client.backup.count({ where: { tenantId, status: 'RUNNING' } })) > 0) return;
    const used = await this.usedBy(tenantId);
    if (used === undefined) return;
    await this.places.removeFiles(
      tenantId,
      files.filter((name) => !used.has(name)),
    );
    await this.control.client.archiveKey.updateMany({ where: { tenantId, untidySince }, data: { untidySince: null } });
  }

  /** The names of the blobs that archives of a tenant refer to; undefined if one of them cannot be read. */
  private async usedBy(tenantId: string): Promise<ReadonlySet<string> | undefined> {
    const used = new Set<string>();
    for (const backup of await this.archives.complete(tenantId))
      try {
        const { manifest } = await this.archives.open(backup);
        for (const { blob } of manifest.files) used.add(blob.name);
      } catch (error) {
        if (!(error instanceof ArchiveInvalid)) throw error;
        this.log.warn({ msg: `The archive ${backup.id} cannot be read: ${describeFailure(error)}`, tenantId });
        return undefined;
      }
    return used;
  }
}
