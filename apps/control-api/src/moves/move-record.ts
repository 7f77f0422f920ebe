import { ControlDatabase, type Prisma, type Tenant, type TenantMove } from '@helpdeskly/catalog';
import type { JobOutcome } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { MoveCancelled } from './errors.js';

/** How often a move that is worked on looks whether it was cancelled, in milliseconds. */
const lookMs = 500;

/** What the trail says of a move's end. */
const endings = {
  DONE: 'tenant.move_done',
  ROLLED_BACK: 'tenant.move_rolled_back',
  CANCELLED: 'tenant.move_cancelled',
} as const;

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

  /** Whether an operator has cancelled it. A switch that asks in its transaction, after `lock`, is never cancelled later. */
  async isCancelled({ id }: TenantMove, tx: Prisma.TransactionClient = this.control.client): Promise<boolean> {
    return (await tx.tenantMove.count({ where: { id, cancelOrderedAt: { not: null } } })) > 0;
  }

  /** Aborts soon after the move was cancelled, until `stop` is called. */
  watch(move: TenantMove): { readonly signal: AbortSignal; stop(): void } {
    const cancelled = new AbortController();
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      // A look that fails is followed by another one; the switch asks in any case.
      if (await this.isCancelled(move).catch(() => false)) cancelled.abort(new MoveCancelled());
      isLooking = false;
    };
    const timer = setInterval(() => void look(), lookMs);
    return { signal: cancelled.signal, stop: () => clearInterval(timer) };
  }

  /** Does nothing if another worker has begun the next take. */
  async change({ id, takes }: TenantMove, data: Prisma.TenantMoveUpdateManyMutationInput): Promise<void> {
    await this.control.client.tenantMove.updateMany({ where: { id, takes, finishedAt: null }, data });
  }

  async end(move: TenantMove, status: keyof typeof endings, error: string | null): Promise<JobOutcome> {
    const { id, takes, tenantId, tenantSlug, fromServerId, toServerId } = move;
    return this.control.transaction(async (tx) => {
      const { count } = await tx.tenantMove.updateMany({
        where: { id, takes, finishedAt: null },
        data: { status, error, finishedAt: new Date(), lagBytes: status === 'DONE' ? 0n : null },
      });
      if (count === 0) return 'superseded';
      const details = { id, fromServerId, toServerId, ...(error === null ? {} : { reason: error }) };
      await recordSystemEvent(tx, { action: endings[status], tenantId, tenantSlug, details });
      return status === 'ROLLED_BACK' ? 'failed' : 'done';
    });
  }
}
