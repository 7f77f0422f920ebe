import { ControlDatabase, type Prisma, type Tenant, type TenantMove } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ControlLocks } from '../locks/control-locks.js';
import { DatabaseBusy } from '../restores/closed-database.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { CannotMove, MoveCancelled } from './errors.js';
import { Handover } from './handover.js';
import { MoveRecord } from './move-record.js';
import type { MovingDatabase, Way } from './moving-database.js';

/** Switches a tenant to its copy: the catalog says which of the two is the tenant's, and at most one of them can be written. */
@Injectable()
export class MoveSwitch {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly handover: Handover,
    private readonly record: MoveRecord,
  ) {}

  /**
   * Under the tenant's lock, so that no rotation, purge or change of status comes between, and under its row's, so that no backup begins.
   * If it throws, the former database is open again, unless the control database does not say where the tenant is. Throws DatabaseBusy,
   * PauseTooLong, CannotMove, MoveCancelled.
   */
  async perform(move: TenantMove, way: Way, moving: MovingDatabase): Promise<void> {
    await this.locks.hold('helpdeskly tenant', move.tenantId, async () => {
      let pausedAt: number | undefined;
      try {
        await this.control.transaction(async (tx) => {
          const tenant = await this.locked(tx, move);
          await this.handover.prepare(way, tenant, moving);
          pausedAt = performance.now();
          await this.handover.perform({ ...way, tenant }, moving);
          await this.tell(tx, move);
        });
      } catch (error) {
        if (await this.open(move, way)) return; // Only the answer was lost.
        throw error;
      }
      await this.open(move, way);
      if (pausedAt === undefined) return;
      const pauseMs = Math.round(performance.now() - pausedAt);
      await this.record.change(move, { pauseMs });
    });
  }

  /**
   * Opens the tenant's database where it is, in the transaction that locks its row: a suspension waits, or comes first. Returns whether it
   * has moved; undefined if it is gone, or another worker has begun the next take. Repeatable.
   */
  async open(move: TenantMove, servers: Pick<Way, 'from' | 'to'>): Promise<boolean | undefined> {
    return this.control.transaction(async (tx) => {
      const tenant = await this.record.lock(tx, move);
      if (tenant === undefined) return undefined;
      const hasMoved = tenant.serverId === move.toServerId;
      if (mustHaveDatabase(tenant)) await this.handover.open(servers, tenant, hasMoved);
      return hasMoved;
    });
  }

  /** Makes sure that nothing on the new server bears the tenant's name, unless it has moved; returns whether it has, as `open` does. */
  async disown(move: TenantMove, way: Pick<Way, 'to'>): Promise<boolean | undefined> {
    return this.control.transaction(async (tx) => {
      const tenant = await this.record.lock(tx, move);
      if (tenant === undefined || tenant.serverId === move.toServerId) return tenant && true;
      await this.handover.disown(way, tenant);
      return false;
    });
  }

  private async locked(tx: Prisma.TransactionClient, move: TenantMove): Promise<Tenant> {
    const tenant = await this.record.lock(tx, move);
    if (tenant === undefined) throw new CannotMove('another worker has begun the next take');
    if (await this.record.isCancelled(move, tx)) throw new MoveCancelled();
    if (!mustHaveDatabase(tenant)) throw new CannotMove('it has no database any more');
    if (tenant.nextRoleName !== null || tenant.formerRoleName !== null) throw new DatabaseBusy('a rotation');
    const backups = await tx.backup.count({ where: { tenantId: tenant.id, status: 'RUNNING' } });
    if (backups > 0) throw new DatabaseBusy('a backup');
    return tenant;
  }

  /** The commit notifies every app-api. */
  private async tell(tx: Prisma.TransactionClient, move: TenantMove): Promise<void> {
    const { id, tenantId, tenantSlug, fromServerId, toServerId } = move;
    const changed = { serverId: toServerId, generation: { increment: 1 }, version: { increment: 1 } };
    const data = { ...changed, updatedAt: new Date() };
    await tx.tenant.update({ where: { id: tenantId }, data, select: { id: true } });
    const switched = { switchedAt: new Date(), verified: true, error: null };
    await tx.tenantMove.update({ where: { id }, data: switched, select: { id: true } });
    const details = { id, fromServerId, toServerId };
    await recordSystemEvent(tx, { action: 'tenant.moved', tenantId, tenantSlug, details });
  }
}
