import { ControlDatabase, type DatabaseServer, type Prisma, type TenantMove } from '@helpdeskly/catalog';
import { InvalidReference, InvalidTransition, NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordSystemEvent, type Origin } from '../audit/audit-trail.js';
import { findTenant, lockTenant } from '../tenants/tenant-finder.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { MoveUnavailable, type Missing } from './errors.js';
import { MoveQueue } from './move-queue.js';
import { MoveRequirements } from './move-requirements.js';

/** Orders moves: a row, then a job. */
@Injectable()
export class MoveOrders {
  constructor(
    private readonly control: ControlDatabase,
    private readonly requirements: MoveRequirements,
    private readonly queue: MoveQueue,
  ) {}

  /** While the tenant moves to that server, a new order joins that move. Throws NotFound, InvalidReference, MoveUnavailable. */
  async order(
    origin: Origin | undefined,
    idOrSlug: string,
    serverId: string,
    evacuationId?: string,
  ): Promise<TenantMove> {
    const tenant = await findTenant(this.control, idOrSlug);
    const from = await this.control.client.databaseServer.findUniqueOrThrow({ where: { id: tenant.serverId } });
    const to = await this.control.client.databaseServer.findUnique({ where: { id: serverId } });
    if (to === null) throw new InvalidReference('serverId', 'There is no such database server.');
    const running = await this.control.client.tenantMove.findFirst({
      where: { tenantId: tenant.id, toServerId: to.id, finishedAt: null, cancelOrderedAt: null },
    });
    if (running !== null) return running;
    assertNothing(await this.obstacles(this.control.client, tenant.id, to));
    assertNothing(await this.requirements.missing(tenant, from, to));
    return this.control.transaction(async (tx) => {
      const { id: tenantId, slug: tenantSlug, serverId: fromServerId } = await lockTenant(this.control, tenant.id);
      assertNothing(await this.obstacles(tx, tenantId, to)); // Much may have happened meanwhile.
      const data = { tenantId, tenantSlug, fromServerId, toServerId: to.id, evacuationId: evacuationId ?? null };
      const move = await tx.tenantMove.create({ data });
      const details = { id: move.id, fromServerId, toServerId: to.id };
      const event = { action: 'tenant.move_ordered', tenantId, tenantSlug, details };
      await (origin === undefined ? recordSystemEvent(tx, event) : recordEvent(tx, origin, event));
      await this.control.afterCommit(() => this.queue.offer('move', { tenantId, moveId: move.id }));
      return move;
    });
  }

  /**
   * Before the switch: the worker takes back what it has done, and the tenant stays where it is; a move that no worker has begun ends at once.
   * During a switch this waits for its end. Another order for the same move changes nothing. Throws NotFound, InvalidTransition.
   */
  async cancel(origin: Origin, id: string): Promise<TenantMove> {
    if (!isUuid(id)) throw new NotFound('move');
    return this.control.transaction(async (tx) => {
      const { count } = await tx.tenantMove.updateMany({
        where: { id, finishedAt: null, switchedAt: null, cancelOrderedAt: null },
        data: { cancelOrderedAt: new Date() },
      });
      const move = await tx.tenantMove.findUnique({ where: { id } });
      if (move === null) throw new NotFound('move');
      const isCancelled = move.finishedAt === null || move.status === 'CANCELLED';
      if (count === 0 && (move.cancelOrderedAt === null || !isCancelled))
        throw new InvalidTransition(move.status, 'CANCELLED', []);
      if (count === 0) return move;
      const { tenantId, tenantSlug, fromServerId, toServerId } = move;
      const details = { id, fromServerId, toServerId };
      await recordEvent(tx, origin, { action: 'tenant.move_cancel_ordered', tenantId, tenantSlug, details });
      if (move.takes === 0) {
        await recordSystemEvent(tx, { action: 'tenant.move_cancelled', tenantId, tenantSlug, details });
        return tx.tenantMove.update({ where: { id }, data: { status: 'CANCELLED', finishedAt: new Date() } });
      }
      await this.control.afterCommit(() => this.queue.offer('move', { tenantId, moveId: id }));
      return move;
    });
  }

  /** What the catalog has against it. */
  private async obstacles(
    tx: Pick<Prisma.TransactionClient, 'tenant' | 'tenantMove' | 'tenantRestore'>,
    tenantId: string,
    to: DatabaseServer,
  ): Promise<readonly Missing[]> {
    const tenant = await tx.tenant.findUniqueOrThrow({ where: { id: tenantId } });
    const against: Missing[] = [];
    const add = (kind: Missing['kind'], name: string, detail: string) => against.push({ kind, name, detail });
    if (tenant.serverId === to.id) add('state', 'server', `${tenant.slug} is on ${to.name} already.`);
    if (!mustHaveDatabase(tenant)) add('state', 'status', `${tenant.slug} is ${tenant.status} and has no database.`);
    if (to.state !== 'ACTIVE') add('state', 'state', `${to.name} is ${to.state} and takes no tenants.`);
    const coming = await tx.tenantMove.count({ where: { toServerId: to.id, finishedAt: null } });
    const tenants = await tx.tenant.count({ where: { serverId: to.id } });
    if (tenants + coming >= to.maxTenants)
      add('capacity', 'maxTenants', `${to.name} holds ${tenants} of ${to.maxTenants} tenants.`);
    if ((await tx.tenantMove.count({ where: { tenantId, finishedAt: null } })) > 0)
      add('state', 'move', `${tenant.slug} is being moved to another server.`);
    if ((await tx.tenantRestore.count({ where: { tenantId, status: 'RUNNING' } })) > 0)
      add('state', 'restore', `An archive is about to take the place of the database of ${tenant.slug}.`);
    return against;
  }
}

function assertNothing(missing: readonly Missing[]): void {
  if (missing.length > 0) throw new MoveUnavailable(missing);
}
