import { Prisma, type TicketPriority, type TicketStatus, type UserRole } from '@helpdeskly/tenant-db';
import { isoTime } from '../answers/iso-time.js';
import { joinPerson, person, type Person } from '../answers/person.js';
import { isStaff, type Viewer } from './viewer.js';

/** A ticket as it is answered. Times are ISO 8601 texts made by PostgreSQL: cheaper than a Date for each. */
export interface Ticket {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly tags: string[];
  readonly authorId: string;
  readonly author: Person;
  readonly submittedById: string;
  readonly assignedToId: string | null;
  readonly assignedTo: Person | null;
  readonly groupId: string | null;
  readonly commentCount: number;
  readonly version: number;
  readonly firstRespondedAt: string | null;
  readonly resolvedAt: string | null;
  readonly closedAt: string | null;
  readonly reopenCount: number;
  readonly followUpOfId: string | null;
  readonly mergedIntoId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How rows are ordered, as SQL over the alias `t`, and what the order reads beside the columns of "Ticket". */
export interface TicketOrder {
  readonly by: Prisma.Sql;
  readonly ranked: boolean;
}

/** The tickets that `rows` (SQL whose columns are those of "Ticket") finds, with their people. */
export function selectTickets(rows: Prisma.Sql, viewer: Viewer, order?: TicketOrder): Prisma.Sql {
  // A count that includes internal comments would tell a customer that there are some.
  const commentCount = Prisma.raw(isStaff(viewer) ? 't."commentCount"' : 't."publicCommentCount"');
  return Prisma.sql`
    select t."id"::text as "id", t."number", t."title", t."description", t."status"::text as "status",
           t."priority"::text as "priority", t."tags", t."authorId"::text as "authorId",
           a."name" as "authorName", a."email" as "authorEmail", a."role" as "authorRole",
           t."submittedById"::text as "submittedById", t."assignedToId"::text as "assignedToId",
           s."name" as "assigneeName", s."email" as "assigneeEmail", s."role" as "assigneeRole",
           t."groupId"::text as "groupId",
           ${commentCount} as "commentCount", t."version", t."reopenCount",
           ${isoTime('t."firstRespondedAt"')} as "firstRespondedAt", ${isoTime('t."resolvedAt"')} as "resolvedAt",
           ${isoTime('t."closedAt"')} as "closedAt", t."followUpOfId"::text as "followUpOfId",
           t."mergedIntoId"::text as "mergedIntoId", ${isoTime('t."createdAt"')} as "createdAt",
           ${isoTime('t."updatedAt"')} as "updatedAt"${order?.ranked ? Prisma.sql`, t."rank"::text as "rank"` : Prisma.empty}
      from (${rows}) t
      ${joinPerson('a', 't."authorId"')}
      ${joinPerson('s', 't."assignedToId"')}
      ${order === undefined ? Prisma.empty : Prisma.sql`order by ${order.by}`}`;
}

/** A row of `selectTickets`. */
export interface TicketRow extends Omit<Ticket, 'author' | 'assignedTo'> {
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authorRole: UserRole;
  readonly assigneeName: string | null;
  readonly assigneeEmail: string | null;
  readonly assigneeRole: UserRole | null;
  readonly rank?: string;
}

export function toTicket(row: TicketRow): Ticket {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    description: row.description,
    status: row.status,
    priority: row.priority,
    tags: row.tags,
    authorId: row.authorId,
    author: { id: row.authorId, name: row.authorName, email: row.authorEmail, role: row.authorRole },
    submittedById: row.submittedById,
    assignedToId: row.assignedToId,
    assignedTo: person(row.assignedToId, row.assigneeName, row.assigneeEmail, row.assigneeRole),
    groupId: row.groupId,
    commentCount: row.commentCount,
    version: row.version,
    firstRespondedAt: row.firstRespondedAt,
    resolvedAt: row.resolvedAt,
    closedAt: row.closedAt,
    reopenCount: row.reopenCount,
    followUpOfId: row.followUpOfId,
    mergedIntoId: row.mergedIntoId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
