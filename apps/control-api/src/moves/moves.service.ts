import { ControlDatabase, type Evacuation, type Prisma, type TenantMove } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { Evacuations } from './evacuations.js';
import { MoveOrders } from './move-orders.js';
import type { EvacuationDto, ListMovesQuery, MoveDto } from './moves.dto.js';

/** Operators' requests to move tenants. */
@Injectable()
export class Moves {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly orders: MoveOrders,
    private readonly evacuations: Evacuations,
  ) {}

  /** Throws NotFound, InvalidReference, MoveUnavailable. */
  async create(origin: Origin, idOrSlug: string, serverId: string): Promise<MoveDto> {
    return viewMove(await this.orders.order(origin, idOrSlug, serverId));
  }

  /** Throws NotFound, InvalidTransition. */
  async cancel(origin: Origin, id: string): Promise<MoveDto> {
    return viewMove(await this.orders.cancel(origin, id));
  }

  list(query: ListMovesQuery): Promise<Page<MoveDto>> {
    const { tenantMove } = this.control.client;
    const { status, tenantId, evacuationId } = query;
    return this.lists.page(query, {
      route: 'moves',
      filters: {
        ...(status === undefined ? {} : { status: { in: status } }),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(evacuationId === undefined ? {} : { evacuationId }),
      },
      sort: query.sort ?? '-startedAt',
      find: (page: PageArguments<Prisma.TenantMoveWhereInput>) => tenantMove.findMany(page),
      count: (where) => tenantMove.count({ where }),
      view: viewMove,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<MoveDto> {
    const row = isUuid(id) ? await this.control.client.tenantMove.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('move');
    return viewMove(row);
  }

  /** Throws NotFound, MoveUnavailable. */
  async evacuate(origin: Origin, serverId: string): Promise<EvacuationDto> {
    return this.viewEvacuation(await this.evacuations.order(origin, serverId));
  }

  /** Throws NotFound. */
  async evacuationOf(serverId: string): Promise<EvacuationDto> {
    return this.viewEvacuation(await this.evacuations.find(serverId));
  }

  private async viewEvacuation({
    id,
    serverId,
    status,
    error,
    startedAt,
    finishedAt,
  }: Evacuation): Promise<EvacuationDto> {
    const { tenant, tenantMove } = this.control.client;
    const ended = (as: 'DONE' | 'ROLLED_BACK' | 'CANCELLED') =>
      tenantMove.count({ where: { evacuationId: id, status: as } });
    return {
      id,
      serverId,
      status,
      moved: await ended('DONE'),
      rolledBack: await ended('ROLLED_BACK'),
      cancelled: await ended('CANCELLED'),
      left: await tenant.count({ where: { serverId } }),
      error,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    };
  }
}

function viewMove(row: TenantMove): MoveDto {
  const { id, tenantId, tenantSlug, fromServerId, toServerId, evacuationId, status, pauseMs, verified, error } = row;
  return {
    id,
    tenantId,
    tenantSlug,
    fromServerId,
    toServerId,
    evacuationId,
    status,
    lagBytes: row.lagBytes === null ? null : Number(row.lagBytes),
    rows: row.rows === null ? null : Number(row.rows),
    pauseMs,
    verified,
    error,
    startedAt: row.startedAt.toISOString(),
    cancelOrderedAt: row.cancelOrderedAt?.toISOString() ?? null,
    switchedAt: row.switchedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    formerDroppedAt: row.formerDroppedAt?.toISOString() ?? null,
  };
}
