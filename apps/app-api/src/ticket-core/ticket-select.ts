import { Prisma } from '@helpdeskly/tenant-db';
import type { Answer } from './column.js';
import { answerJson } from './column-sql.js';
import { joinPerson, personJson, type Person } from './person.js';
import { ticketColumns, type TicketColumnList } from './ticket-columns.js';
import { versionColumnFor, type Viewer } from './viewer.js';

/** A ticket as it is answered; without what customers do not see to them. */
export type Ticket = Answer<TicketColumnList> & { readonly author: Person; readonly assignedTo: Person | null };

/** How rows are ordered, as SQL over the alias `t`, and what the order reads beside the columns of "Ticket". */
export interface TicketOrder {
  readonly by: Prisma.Sql;
  readonly ranked: boolean;
}

const json = answerJson(ticketColumns, [
  ['author', personJson('a', 't."authorId"')],
  ['assignedTo', personJson('s', 't."assignedToId"')],
]);

/**
 * The JSON of the tickets that `rows` (SQL whose columns are those of "Ticket") finds, with their people. Beside it stands the rank in
 * a ranked list, and the version of tickets in no order.
 */
export function selectTickets(rows: Prisma.Sql, viewer: Viewer, order?: TicketOrder): Prisma.Sql {
  return Prisma.sql`
    SELECT ${json(viewer)} AS "json"${beside(viewer, order)}
      FROM (${rows}) t
      ${joinPerson('a', 't."authorId"', viewer)}
      ${joinPerson('s', 't."assignedToId"', viewer)}
      ${order === undefined ? Prisma.empty : Prisma.sql`ORDER BY ${order.by}`}`;
}

function beside(viewer: Viewer, order: TicketOrder | undefined): Prisma.Sql {
  if (order === undefined) return Prisma.raw(`, t."${versionColumnFor(viewer)}"::text AS "version"`);
  return order.ranked ? Prisma.sql`, t."rank"::text AS "rank"` : Prisma.empty;
}
