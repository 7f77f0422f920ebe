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

  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly archives: Archives,
    private readonly places: ArchivePlaces,
  ) {}

  /** Repeatable; what fails is left to the next time. */
  async run(): Promise<void> {
    await this.places.removeStrayArchives();
    const tenants = new Set(await this.places.tenants());
    for (const tenantId of tenants) await this.tenant(tenantId);
  }

  /** What the archives of one tenant share. Leaves it alone while a backup of it runs. */
  async tenant(tenantId: string): Promise<void> {
    await this.locks.tryHold(archivesLock, tenantId, async () => {
      const key = await this.control.client.archiveKey.findUnique({ where: { tenantId } });
      if (key === null) return this.places.forget(tenantId);
      await this.places.storeKey(tenantId);
      const { untidySince } = key;
      if (untidySince === null) return;
      const used = await this.usedBy(tenantId);
      if (used === undefined) return;
      await this.places.removeFiles(tenantId, used);
      await this.control.client.archiveKey.updateMany({
        where: { tenantId, untidySince },
        data: { untidySince: null },
      });
    });
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
