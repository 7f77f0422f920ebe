import { Prisma, type TicketPriority, type TicketStatus, type UserRole } from '@helpdeskly/tenant-db';
import { isoTime } from './iso-time.js';
import { joinPerson, person, somebody, type Person } from './person.js';
import { isStaff, seenReference, updatedAtFor, type Viewer } from './viewer.js';

/** A ticket as it is answered; without what customers do not see to them. Times are ISO 8601 texts made by PostgreSQL: cheaper than a Date for each. */
export interface Ticket {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly status: TicketStatus;
  readonly priority?: TicketPriority;
  readonly tags?: string[];
  readonly authorId: string;
  readonly author: Person;
  readonly submittedById: string;
  readonly assignedToId: string | null;
  readonly assignedTo: Person | null;
  readonly groupId: string | null;
  readonly organizationId: string | null;
  readonly internal?: boolean;
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
  // A count, a version or a time that internal comments move would tell a customer that there are some.
  const seen = Prisma.raw(
    isStaff(viewer)
      ? 't."priority"::text as "priority", t."tags", t."internal", t."commentCount", t."version"'
      : 't."publicCommentCount" as "commentCount", t."publicVersion" as "version"',
  );
  return Prisma.sql`
    select t."id"::text as "id", t."number", t."title", t."description", t."status"::text as "status",
           t."authorId"::text as "authorId",
           a."name" as "authorName", a."email" as "authorEmail", a."role" as "authorRole",
           t."submittedById"::text as "submittedById", t."assignedToId"::text as "assignedToId",
           s."name" as "assigneeName", s."email" as "assigneeEmail", s."role" as "assigneeRole",
           t."groupId"::text as "groupId", t."organizationId"::text as "organizationId", ${seen}, t."reopenCount",
           ${isoTime('t."firstRespondedAt"')} as "firstRespondedAt", ${isoTime('t."resolvedAt"')} as "resolvedAt",
           ${isoTime('t."closedAt"')} as "closedAt", ${seenReference(viewer, 't."followUpOfId"')} as "followUpOfId",
           ${seenReference(viewer, 't."mergedIntoId"')} as "mergedIntoId", ${isoTime('t."createdAt"')} as "createdAt",
           ${isoTime(`t."${updatedAtFor(viewer)}"`)} as "updatedAt"${order?.ranked ? Prisma.sql`, t."rank"::text as "rank"` : Prisma.empty}
      from (${rows}) t
      ${joinPerson('a', 't."authorId"', viewer)}
      ${joinPerson('s', 't."assignedToId"', viewer)}
      ${order === undefined ? Prisma.empty : Prisma.sql`order by ${order.by}`}`;
}

/** A row of `selectTickets`. */
export interface TicketRow extends Omit<Ticket, 'author' | 'assignedTo'> {
  readonly authorName: string;
  readonly authorEmail: string | null;
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
    ...(row.tags !== undefined && { priority: row.priority, tags: row.tags, internal: row.internal }),
    authorId: row.authorId,
    author: somebody(row.authorId, row.authorName, row.authorEmail, row.authorRole),
    submittedById: row.submittedById,
    assignedToId: row.assignedToId,
    assignedTo: person(row.assignedToId, row.assigneeName, row.assigneeEmail, row.assigneeRole),
    groupId: row.groupId,
    organizationId: row.organizationId,
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
