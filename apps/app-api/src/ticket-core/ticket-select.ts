import { Prisma, type UserRole } from '@helpdeskly/tenant-db';
import type { Answer } from './column.js';
import { compileReader, type DerivedField } from './column-reader.js';
import { selection } from './column-sql.js';
import { joinPerson, person, somebody, type Person } from './person.js';
import { ticketColumns, type TicketColumnList } from './ticket-columns.js';
import type { Viewer } from './viewer.js';

/** A ticket as it is answered; without what customers do not see to them. */
export type Ticket = Answer<TicketColumnList> & { readonly author: Person; readonly assignedTo: Person | null };

/** How rows are ordered, as SQL over the alias `t`, and what the order reads beside the columns of "Ticket". */
export interface TicketOrder {
  readonly by: Prisma.Sql;
  readonly ranked: boolean;
}

const selected = selection(ticketColumns);

/** The tickets that `rows` (SQL whose columns are those of "Ticket") finds, with their people. */
export function selectTickets(rows: Prisma.Sql, viewer: Viewer, order?: TicketOrder): Prisma.Sql {
  return Prisma.sql`
    SELECT ${selected(viewer)}, a."name" AS "authorName", a."email" AS "authorEmail", a."role" AS "authorRole",
           s."name" AS "assigneeName", s."email" AS "assigneeEmail",
           s."role" AS "assigneeRole"${order?.ranked ? Prisma.sql`, t."rank"::text AS "rank"` : Prisma.empty}
      FROM (${rows}) t
      ${joinPerson('a', 't."authorId"', viewer)}
      ${joinPerson('s', 't."assignedToId"', viewer)}
      ${order === undefined ? Prisma.empty : Prisma.sql`ORDER BY ${order.by}`}`;
}

/** A row of `selectTickets`. */
export type TicketRow = Answer<TicketColumnList> & {
  readonly authorName: string;
  readonly authorEmail: string | null;
  readonly authorRole: UserRole;
  readonly assigneeName: string | null;
  readonly assigneeEmail: string | null;
  readonly assigneeRole: UserRole | null;
  readonly rank?: string;
};

const people: readonly DerivedField[] = [
  ['author', 'somebody(row.authorId, row.authorName, row.authorEmail, row.authorRole)'],
  ['assignedTo', 'person(row.assignedToId, row.assigneeName, row.assigneeEmail, row.assigneeRole)'],
];

export const toTicket = compileReader<TicketRow, Ticket>(ticketColumns, people, { somebody, person });
