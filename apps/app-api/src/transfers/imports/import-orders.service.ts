import { InvalidTransition, NotFound, ServiceUnavailable } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { type DataImport, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { countOnBehind } from '../../ticket-core/imported-tickets.js';
import { TransferTimer } from '../transfer-timer.js';
import { greatestNumber } from './id-map.queries.js';
import { assertNoneWorks, lockImports } from './import-places.js';
import type { ArrivedArchive } from './import-uploads.js';
import { runnableUntil } from './runnable-until.js';

/** So many archives wait for their run at most: of more, the oldest is given up. */
const mostWaiting = 10;

type Change = Prisma.DataImportUncheckedUpdateInput & { readonly status: DataImport['status'] };

/** Asking for imports: first they are looked through, then they run. */
@Injectable()
export class ImportOrders {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly timer: TransferTimer,
    private readonly audit: AuditTrail,
  ) {}

  /** Begins the dry run. Throws ImportInProgress, NotFound, ServiceUnavailable. */
  check({ id, size, sha256, source }: ArrivedArchive): Promise<DataImport> {
    const data = { status: 'CHECKING', size, sha256: new Uint8Array(sha256), source } as const;
    return this.change(
      id,
      ({ status }) => (status === 'UPLOADING' ? data : undefined),
      async (tx) => {
        const where = { status: { in: ['CHECKED', 'FAILED'] }, removedAt: null } satisfies Prisma.DataImportWhereInput;
        const kept = { orderBy: { id: 'desc' }, skip: mostWaiting - 1, select: { id: true } } as const;
        const others = (await tx.dataImport.findMany({ where, ...kept })).map((each) => each.id);
        await tx.dataImport.updateMany({ where: { ...where, id: { in: others } }, data: { dueAt: new Date() } });
      },
    );
  }

  /**
   * Imports what the dry run let through; one that could not go on goes on. Throws NotFound, InvalidTransition, ImportInProgress,
   * ServiceUnavailable.
   */
  run(actor: Actor, id: string): Promise<DataImport> {
    const begun = { status: 'RUNNING', requestedById: actor.id } as const;
    const again = { ...begun, attempts: 0, error: Prisma.DbNull, finishedAt: null };
    const data = (row: DataImport) =>
      runnableUntil(row) === null ? undefined : row.status === 'FAILED' ? again : { ...begun, counts: {} };
    return this.change(id, data, async (tx, { counts }) => {
      const { agents = 0, admins = 0 } = counts as Record<string, number>;
      const details = { importId: id, agents, admins };
      await this.audit.record(tx, { type: AuditType.DATA_IMPORTED, actorId: actor.id, details });
      // Before the first batch: whoever opens a ticket meanwhile takes none of the archive's numbers.
      await countOnBehind(tx, await greatestNumber(tx, id));
    });
  }

  /** `data`: what is written then; undefined when the import is not in a state for it. */
  private async change(
    id: string,
    data: (before: DataImport) => Change | undefined,
    also: (tx: Prisma.TransactionClient, before: DataImport) => Promise<void>,
  ): Promise<DataImport> {
    return this.db.transaction(async (tx) => {
      await lockImports(tx);
      const row = isUuid(id) ? await tx.dataImport.findUnique({ where: { id } }) : null;
      const changes = row === null ? undefined : data(row);
      if (row === null || (row.status === 'UPLOADING' && changes === undefined)) throw new NotFound('import');
      if (changes === undefined) throw new InvalidTransition(row.status, 'RUNNING', []);
      if (!this.timer.isConfigured) throw new ServiceUnavailable('This installation has no queue for background work.');
      await assertNoneWorks(tx);
      const changed = await tx.dataImport.update({ where: { id }, data: { ...changes, dueAt: new Date() } });
      await also(tx, row);
      const { id: tenantId, generation } = this.context.current.tenant;
      await this.db.afterCommit(() => this.timer.expect({ tenantId, generation }, Date.now()));
      return changed;
    });
  }
}
