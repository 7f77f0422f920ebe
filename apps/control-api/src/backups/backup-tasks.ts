import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { archivesLock } from '../archives/archive-tidy.js';
import { ControlLocks } from '../locks/control-locks.js';
import type { BackupJob, BackupTask } from './backup-queue.js';
import { BackupTake } from './backup-take.js';
import { BackupVerification } from './backup-verification.js';

/** Raised while another process works on archives of the tenant: the job comes back, and nothing has failed. */
export class ArchivesBusy extends Error {
  constructor() {
    super('another process works on archives of this tenant');
    this.name = 'ArchivesBusy';
  }
}

/** Does one thing at a time with a tenant's archives, over all processes. */
@Injectable()
export class BackupTasks {
  constructor(
    private readonly locks: ControlLocks,
    private readonly take: BackupTake,
    private readonly verification: BackupVerification,
  ) {}

  /** `failures`: how often the job has failed before. Throws what may be better later. */
  async run(task: BackupTask, { tenantId, backupId }: BackupJob, failures: number): Promise<JobOutcome> {
    let outcome: JobOutcome | undefined;
    await this.locks.tryHold(archivesLock, tenantId, async () => {
      outcome = task === 'back_up' ? await this.take.run(backupId) : await this.verification.run(backupId, failures);
    });
    if (outcome === undefined) throw new ArchivesBusy();
    return outcome;
  }
}
