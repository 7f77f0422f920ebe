import { Cursors, type Actor, type Page, type PageQuery } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { visibleTo, type Viewer } from '../ticket-core/viewer.js';
import type { RelatedTicketDto } from './ticket-joins.dto.js';
import type { TicketRelation } from './ticket-relation.js';

/** Each relation with the condition under which a row `t` of "Ticket" is that to the row `me`. */
const conditions: Readonly<Record<TicketRelation, string>> = {
  FOLLOW_UP: 't."followUpOfId" = me."id"',
  FOLLOW_UP_OF: 't."id" = me."followUpOfId"',
  MERGED: 't."mergedIntoId" = me."id"',
  MERGED_INTO: 't."id" = me."mergedIntoId"',
  SPLIT: 't."splitFromId" = me."id"',
  SPLIT_FROM: 't."id" = me."splitFromId"',
};

type Row = Omit<RelatedTicketDto, 'ticket'> & RelatedTicketDto['ticket'];

/** Which tickets a ticket continues, came from, or went into, and which did so with it. */
@Injectable()
export class TicketRelations {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
  ) {}

  /** In the order of their numbers, without those that the caller may not see. Throws NotFound, InvalidCursor. */
  async list(actor: Actor, name: string, query: PageQuery): Promise<Page<RelatedTicketDto>> {
    const id = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const scope = [this.context.current.tenant.id, 'related', actor.id, id];
    const request = this.cursors.request(query, scope);
    const [number = 0, relation = ''] = request.after ?? [];
    const related = relatedTo(id, actor);
    const rows = await this.db.client.$queryRaw<Row[]>`
      SELECT r.* FROM (${related}) r WHERE (r."number", r."relation" collate "C") > (${Number(number)}::int, ${String(relation)})
       ORDER BY r."number", r."relation" collate "C" LIMIT ${request.limit + 1}`;
    const total = request.total ? await this.count(related) : undefined;
    return this.cursors.page(rows, request, scope, (row) => [row.number, row.relation], view, total);
  }

  private async count(related: Prisma.Sql): Promise<number | undefined> {
    const [row] = await this.db.client.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS "total" FROM (${related}) r`;
    return row?.total;
  }
}

function relatedTo(id: string, viewer: Viewer): Prisma.Sql {
  const each = Object.entries(conditions).map(
    ([relation, condition]) => Prisma.sql`
      SELECT ${relation}::text AS "relation", t."id"::text AS "id", t."number", t."title", t."status"::text AS "status"
        FROM "Ticket" me JOIN "Ticket" t ON ${Prisma.raw(condition)}
       WHERE me."id" = ${id}::uuid AND t."deletedAt" IS NULL AND ${visibleTo(viewer)}`,
  );
  return Prisma.join(each, ' UNION ALL ');
}

function view({ relation, ...ticket }: Row): RelatedTicketDto {
  return { relation, ticket };
}
