import { ArchiveInvalid } from '@helpdeskly/archive';
import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { Archives } from '../archives/archives.js';
import { ScratchDatabases } from '../archives/scratch-databases.js';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** How often a verification is begun at most if something other than the archive is in its way. */
const mostTries = 6;

/** Proves that an archive can be restored: by restoring it, beside everything that serves. */
@Injectable()
export class BackupVerification {
  constructor(
    private readonly control: ControlDatabase,
    private readonly archives: Archives,
    private readonly scratch: ScratchDatabases,
  ) {}

  /** Throws what may be better later. */
  async run(id: string, failures: number): Promise<JobOutcome> {
    const where = { id, verifyRequestedAt: { not: null } };
    const backup = await this.control.client.backup.findFirst({ where });
    if (backup === null) return 'superseded';
    try {
      await this.scratch.drop(backup);
      const archive = await this.archives.open(backup);
      await archive.check();
      await this.scratch.filled(backup, archive);
    } catch (error) {
      const isBroken = error instanceof ArchiveInvalid;
      if (!isBroken && failures + 1 < mostTries) throw error;
      const reason = `The verification failed: ${describeFailure(error)}`;
      await this.settle(backup, { error: reason, ...(isBroken ? { verifiedAt: null, brokenSince: new Date() } : {}) });
      return 'failed';
    }
    await this.settle(backup, { error: lacking(backup), verifiedAt: new Date(), brokenSince: null });
    return 'done';
  }

  private async settle(
    { id, tenantId, tenantSlug, verifyRequestedAt }: Backup,
    result: Partial<Pick<Backup, 'error' | 'verifiedAt' | 'brokenSince'>>,
  ): Promise<void> {
    await this.control.transaction(async (tx) => {
      const { count } = await tx.backup.updateMany({
        where: { id, verifyRequestedAt },
        data: { ...result, verifyRequestedAt: null },
      });
      if (count === 0) return;
      const action = result.verifiedAt instanceof Date ? 'backup.verified' : 'backup.verification_failed';
      await recordSystemEvent(tx, { action, tenantId, tenantSlug, details: { id } });
    });
  }
}

/** What the backup itself said of files that the storage had lost stays. */
function lacking({ error }: Backup): string | null {
  return error?.startsWith('The storage ') === true ? error : null;
}
