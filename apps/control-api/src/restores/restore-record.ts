import { ControlDatabase, type Prisma, type Tenant, type TenantRestore } from '@helpdeskly/catalog';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** The row of a restore while it is worked on. */
@Injectable()
export class RestoreRecord {
  constructor(private readonly control: ControlDatabase) {}

  /** Undefined if it is not RUNNING. */
  async running(id: string): Promise<TenantRestore | undefined> {
    return (await this.control.client.tenantRestore.findFirst({ where: { id, status: 'RUNNING' } })) ?? undefined;
  }

  tenantOf({ tenantId }: TenantRestore): Promise<Tenant | null> {
    return this.control.client.tenant.findUnique({ where: { id: tenantId } });
  }

  /** Begins the next take. */
  async begin({ id }: TenantRestore): Promise<TenantRestore> {
    return this.control.client.tenantRestore.update({ where: { id }, data: { takes: { increment: 1 } } });
  }

  async change({ id }: TenantRestore, data: Prisma.TenantRestoreUpdateInput): Promise<void> {
    await this.control.client.tenantRestore.update({ where: { id }, data, select: { id: true } });
  }

  async end(restore: TenantRestore, status: 'DONE' | 'FAILED', error: string | null): Promise<JobOutcome> {
    const { id, tenantId, tenantSlug, backupId } = restore;
    const outcome = status === 'DONE' ? 'done' : 'failed';
    await this.control.transaction(async (tx) => {
      const { count } = await tx.tenantRestore.updateMany({
        where: { id, status: 'RUNNING' },
        data: { status, error, finishedAt: new Date() },
      });
      if (count === 0) return;
      const details = { id, backupId, ...(error === null ? {} : { reason: error }) };
      await recordSystemEvent(tx, { action: `backup.restore_${outcome}`, tenantId, tenantSlug, details });
    });
    return outcome;
  }
}
