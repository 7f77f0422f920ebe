import { DomainError, ServiceUnavailable } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { DataExport } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { TransferTimer } from '../transfer-timer.js';

/** Raised while another export of the same helpdesk is under way. */
class ExportInProgress extends DomainError {
  readonly code = 'run_in_progress';
  constructor() {
    super('Another export is under way: wait until it has ended.');
  }
}

/** Asking for exports. */
@Injectable()
export class ExportOrders {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly timer: TransferTimer,
    private readonly audit: AuditTrail,
  ) {}

  /** The former archive goes: a helpdesk has one at a time, beside what its storage limit counts. Throws ExportInProgress, ServiceUnavailable. */
  async order(actor: Actor): Promise<DataExport> {
    if (!this.timer.isConfigured) throw new ServiceUnavailable('This installation has no queue for background work.');
    return this.db.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('data exports', 0))`;
      const underWay = await tx.dataExport.count({ where: { status: { in: ['PENDING', 'RUNNING'] } } });
      if (underWay > 0) throw new ExportInProgress();
      const made = await tx.dataExport.create({ data: { requestedById: actor.id } });
      const before = new Date(made.dueAt.getTime() - 1); // It is removed before the new one is written.
      await tx.dataExport.updateMany({ where: { status: 'DONE' }, data: { expiresAt: before, dueAt: before } });
      await this.audit.record(tx, { type: AuditType.DATA_EXPORTED, actorId: actor.id, details: { exportId: made.id } });
      const { id: tenantId, generation } = this.context.current.tenant;
      await this.db.afterCommit(() => this.timer.expect({ tenantId, generation }, Date.now()));
      return made;
    });
  }
}
