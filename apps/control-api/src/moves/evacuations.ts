import { ControlDatabase, type DatabaseServer, type Evacuation } from '@helpdeskly/catalog';
import { DomainError, NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordSystemEvent, type Origin } from '../audit/audit-trail.js';
import { ControlLocks } from '../locks/control-locks.js';
import { MoveUnavailable } from './errors.js';
import { MoveOrders } from './move-orders.js';
import { tenantsToMove, roomiestServer } from './moves.queries.js';

/** How many tenants are tried in one round, if those before cannot be moved at the moment. */
const tried = 20;

/** Orders to move all tenants away from a server, one after the other. */
@Injectable()
export class Evacuations {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly orders: MoveOrders,
  ) {}

  /** The server takes no new tenants from then on. An order joins one that is under way. Throws NotFound, MoveUnavailable. */
  async order(origin: Origin, serverId: string): Promise<Evacuation> {
    const found = isUuid(serverId)
      ? await this.control.client.databaseServer.findUnique({ where: { id: serverId } })
      : null;
    if (found === null) throw new NotFound('database server');
    return this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "DatabaseServer" WHERE "id" = ${serverId}::uuid FOR UPDATE`;
      const server = await tx.databaseServer.findUniqueOrThrow({ where: { id: serverId } });
      const running = await tx.evacuation.findFirst({ where: { serverId, status: 'RUNNING' } });
      if (running !== null) return running;
      await this.assertPossible(server);
      if (server.state === 'ACTIVE')
        await tx.databaseServer.update({
          where: { id: serverId },
          data: { state: 'DRAINING', version: { increment: 1 }, updatedAt: new Date() },
        });
      const evacuation = await tx.evacuation.create({ data: { serverId } });
      const details = { id: evacuation.id, serverId, name: server.name };
      await recordEvent(tx, origin, { action: 'database_server.evacuation_ordered', details });
      return evacuation;
    });
  }

  /** The last one of a server. Throws NotFound. */
  async find(serverId: string): Promise<Evacuation> {
    const where = { serverId: isUuid(serverId) ? serverId : '' };
    const row = isUuid(serverId)
      ? await this.control.client.evacuation.findFirst({ where, orderBy: { id: 'desc' } })
      : null;
    if (row === null) throw new NotFound('evacuation');
    return row;
  }

  /** Orders the next move of each that has none under way. */
  async goOn(): Promise<void> {
    const running = await this.control.client.evacuation.findMany({ where: { status: 'RUNNING' } });
    for (const evacuation of running)
      await this.locks.tryHold('helpdeskly evacuation', evacuation.id, () => this.step(evacuation));
  }

  private async step({ id, serverId }: Evacuation): Promise<void> {
    const { client } = this.control;
    const evacuation = await client.evacuation.findUniqueOrThrow({ where: { id } });
    const server = await client.databaseServer.findUniqueOrThrow({ where: { id: serverId } });
    if (evacuation.status !== 'RUNNING') return;
    if (server.state === 'ACTIVE') return this.end(evacuation, server, 'The server takes tenants again.');
    if ((await client.tenantMove.count({ where: { evacuationId: id, finishedAt: null } })) > 0) return;
    const candidates = await tenantsToMove(client, { evacuationId: id, serverId }, tried);
    if (candidates.length === 0) return this.finish(evacuation, server);
    let obstacle: string | null = null;
    for (const tenantId of candidates) {
      const target = await roomiestServer(client, serverId);
      if (target === undefined) obstacle = 'No other ACTIVE server has room.';
      if (target === undefined) break;
      try {
        await this.orders.order(undefined, tenantId, target, id);
        obstacle = null;
        break;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        obstacle = error.message;
      }
    }
    await client.evacuation.update({ where: { id }, data: { error: obstacle }, select: { id: true } });
  }

  private async finish(evacuation: Evacuation, server: DatabaseServer): Promise<void> {
    const left = await this.control.client.tenant.count({ where: { serverId: server.id } });
    await this.end(evacuation, server, left === 0 ? null : `${left} tenants could not be moved.`);
  }

  private async end({ id }: Evacuation, { id: serverId, name }: DatabaseServer, error: string | null): Promise<void> {
    await this.control.transaction(async (tx) => {
      const status = error === null ? 'DONE' : 'FAILED';
      await tx.evacuation.update({ where: { id }, data: { status, error, finishedAt: new Date() } });
      const details = { id, serverId, name, ...(error === null ? {} : { reason: error }) };
      await recordSystemEvent(tx, { action: `database_server.evacuation_${status.toLowerCase()}`, details });
    });
  }

  private async assertPossible({ id }: DatabaseServer): Promise<void> {
    if ((await roomiestServer(this.control.client, id)) !== undefined) return;
    const detail = 'No other ACTIVE server has room.';
    throw new MoveUnavailable([{ kind: 'capacity', name: 'maxTenants', detail }]);
  }
}
