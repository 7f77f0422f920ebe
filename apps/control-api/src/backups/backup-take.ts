import { NotArchivable } from '@helpdeskly/archive';
import type { Backup, Tenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { BackupRecord } from './backup-record.js';
import { BackupRemoval } from './backup-removal.js';
import { BackupWriter } from './backup-writer.js';

/** How often a backup is begun at most; a worker that died counts. */
const mostTakes = 6;

/** From this take on, a file that the storage does not have was not deleted a moment ago, but is lost. */
const lostFrom = 3;

/** One try to write a backup. */
@Injectable()
export class BackupTake {
  constructor(
    private readonly record: BackupRecord,
    private readonly writer: BackupWriter,
    private readonly removal: BackupRemoval,
  ) {}

  /** Throws what may be better later. */
  async run(id: string): Promise<JobOutcome> {
    const due = await this.record.running(id);
    if (due === undefined) return 'superseded';
    const tenant = await this.record.tenantOf(due);
    const isThere = tenant !== null && mustHaveDatabase(tenant);
    if (isThere) await this.reach(due, tenant);
    const backup = await this.record.begin(id);
    if (backup === undefined) return 'superseded';
    if (backup.takes > 1) await this.removal.discard({ ...backup, takes: backup.takes - 1 });
    if (backup.takes > mostTakes)
      return this.record.fail(backup, backup.error ?? 'Its worker died each time before it could finish.');
    if (!isThere) return this.record.fail(backup, 'The tenant has no database any more.');
    try {
      const written = await this.writer.write(backup, tenant, { mayLackFiles: backup.takes >= lostFrom });
      return await this.record.finish(backup, written);
    } catch (error) {
      await this.removal.discard(backup);
      const reason = describeFailure(error);
      if (error instanceof NotArchivable || backup.takes >= mostTakes) return this.record.fail(backup, reason);
      await this.record.note(backup, reason);
      throw error;
    }
  }

  /** A server that does not answer costs no take: the job comes back. */
  private async reach(backup: Backup, tenant: Tenant): Promise<void> {
    try {
      await this.writer.reach(tenant);
    } catch (error) {
      await this.record.note(backup, describeFailure(error));
      throw error;
    }
  }
}
