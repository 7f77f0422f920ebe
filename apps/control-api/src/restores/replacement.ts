import { ArchiveInvalid } from '@helpdeskly/archive';
import type { Tenant, TenantRestore } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { formerDatabaseName } from '../tenant-databases/names.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { DatabaseBusy } from './closed-database.js';
import { PauseTooLong } from './database-switch.js';
import { FormerDatabase } from './former-database.js';
import { ReplacementFilling } from './replacement-filling.js';
import { ReplacementSwitch } from './replacement-switch.js';
import { RestoreRecord } from './restore-record.js';

/** How often a restore is begun at most before its switch; a worker that died counts. Behind the switch it only goes on. */
const mostTakes = 6;

/**
 * Puts an archive into the place of its tenant's database: fills another one beside, switches, archives the former one and drops it. Each
 * step looks at what is there, so any worker goes on where another one died.
 */
@Injectable()
export class Replacement {
  constructor(
    private readonly record: RestoreRecord,
    private readonly filling: ReplacementFilling,
    private readonly switching: ReplacementSwitch,
    private readonly former: FormerDatabase,
  ) {}

  /** Throws what may be better later. */
  async run(restore: TenantRestore): Promise<JobOutcome> {
    const tenant = await this.record.tenantOf(restore);
    if (tenant === null) return this.record.end(restore, 'FAILED', 'The tenant does not exist any more.');
    await this.filling.reach(tenant); // A server that does not answer costs no take.
    if (restore.switchedAt === null) {
      const failed = await this.replace(restore, tenant);
      if (failed !== undefined) return failed;
    } else await this.switching.open(tenant);
    return this.settle(restore.id, tenant);
  }

  /** Everything up to the switch. */
  private async replace(before: TenantRestore, tenant: Tenant): Promise<JobOutcome | undefined> {
    const isSwitched = await this.switching.hasHappened(tenant);
    const restore = isSwitched ? before : await this.record.begin(before);
    if (!isSwitched && !mustHaveDatabase(tenant))
      return this.giveUp(restore, tenant, 'The tenant has no database that could be replaced.');
    if (!isSwitched && restore.takes > mostTakes)
      return this.giveUp(restore, tenant, restore.error ?? 'Its worker died each time before it could finish.');
    try {
      if (!isSwitched) await this.filling.fill(restore, tenant);
      if (!isSwitched) await this.record.change(restore, { step: 'SWITCHING' });
      await this.switching.perform(restore);
      return undefined;
    } catch (error) {
      const isFinal = error instanceof ArchiveInvalid || restore.takes >= mostTakes;
      const isBusy = error instanceof DatabaseBusy;
      if (isFinal && !isBusy && !(await this.switching.hasHappened(tenant)))
        return this.giveUp(restore, tenant, reasonOf(error));
      await this.record.change(restore, {
        error: describeFailure(error),
        ...(isBusy ? { takes: { decrement: 1 } } : {}),
        ...(isBusy || error instanceof PauseTooLong ? {} : { step: 'FILLING' }), // Whatever it was: fill it anew.
      });
      throw error;
    }
  }

  private async settle(id: string, tenant: Tenant): Promise<JobOutcome> {
    const restore = await this.record.running(id);
    if (restore === undefined) return 'superseded';
    await this.former.settle(restore, tenant, formerDatabaseName(tenant.id));
    return this.record.end(restore, 'DONE', null);
  }

  /** Everything is as it was. */
  private async giveUp(restore: TenantRestore, tenant: Tenant, reason: string): Promise<JobOutcome> {
    await this.switching.open(tenant);
    await this.filling.drop(tenant);
    return this.record.end(restore, 'FAILED', reason);
  }
}

/** What a restore that FAILED says. */
export function reasonOf(error: unknown): string {
  return error instanceof ArchiveInvalid ? `${error.code}: ${describeFailure(error)}` : describeFailure(error);
}
