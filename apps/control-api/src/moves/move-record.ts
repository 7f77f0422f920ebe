import { ControlDatabase, type Prisma, type Tenant, type TenantMove } from '@helpdeskly/catalog';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';

/** The row of a move while it is worked on. */
@Injectable()
export class MoveRecord {
  constructor(private readonly control: ControlDatabase) {}

  /**
   * Begins the next take, unless the tenant is on its new server already: then only the rest is left. Whoever had begun the one before can
   * switch no longer; if its switch is being committed, this waits. Undefined if the move has ended.
   */
  async begin(id: string): Promise<TenantMove | undefined> {
    const one = { increment: 1 } as const;
    const data = { takes: one, tries: one, status: 'COPYING', lagBytes: null, rows: null } as const;
    await this.control.client.tenantMove.updateMany({ where: { id, finishedAt: null, switchedAt: null }, data });
    return (await this.control.client.tenantMove.findFirst({ where: { id, finishedAt: null } })) ?? undefined;
  }

  /** Whether this take is the last one, which it stays until the transaction ends; the tenant as it is, until then too. */
  async lock(tx: Prisma.TransactionClient, { id, tenantId, takes }: TenantMove): Promise<Tenant | undefined> {
    await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${tenantId}::uuid FOR UPDATE`;
    const mine = await tx.$queryRaw<unknown[]>`
      SELECT "id" FROM "TenantMove" WHERE "id" = ${id}::uuid AND "takes" = ${takes} AND "finishedAt" IS NULL FOR UPDATE`;
    if (mine.length === 0) return undefined;
    return (await tx.tenant.findUnique({ where: { id: tenantId } })) ?? undefined;
  }

  /** The tenant as it is now. */
  current(tenantId: string): Promise<Tenant | null> {
    return this.control.client.tenant.findUnique({ where: { id: tenantId } });
  }

  /** Does nothing if another worker has begun the next take. */
  async change({ id, takes }: TenantMove, data: Prisma.TenantMoveUpdateManyMutationInput): Promise<void> {
    await this.control.client.tenantMove.updateMany({ where: { id, takes, finishedAt: null }, data });
  }

  async end(move: TenantMove, status: 'DONE' | 'ROLLED_BACK', error: string | null): Promise<JobOutcome> {
    const { id, takes, tenantId, tenantSlug, fromServerId, toServerId } = move;
    return this.control.transaction(async (tx) => {
      const { count } = await tx.tenantMove.updateMany({
        where: { id, takes, finishedAt: null },
        data: { status, error, finishedAt: new Date(), lagBytes: status === 'DONE' ? 0n : null },
      });
      if (count === 0) return 'superseded';
      const details = { id, fromServerId, toServerId, ...(error === null ? {} : { reason: error }) };
      const action = status === 'DONE' ? 'tenant.move_done' : 'tenant.move_rolled_back';
      await recordSystemEvent(tx, { action, tenantId, tenantSlug, details });
      return status === 'DONE' ? 'done' : 'failed';
    });
  }
}
