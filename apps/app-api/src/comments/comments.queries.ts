import type { TenantPrisma } from '@helpdeskly/tenancy';
import { type CommentVisibility, Prisma, type UserRole } from '@helpdeskly/tenant-db';
import { attachmentsOfComment, type Attachment } from '../attachments/attachment-view.js';
import { isoTime } from '../ticket-core/iso-time.js';
import { joinPerson, somebody, type Person } from '../ticket-core/person.js';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';
import { seenReference, visibleComments, type Viewer } from '../ticket-core/viewer.js';

/** A comment as it is answered. */
export interface Comment {
  readonly id: string;
  readonly ticketId: string;
  readonly body: string;
  readonly visibility: CommentVisibility;
  readonly authorId: string;
  readonly author: Person;
  readonly originTicketId: string | null;
  readonly redactedAt: string | null;
  readonly attachments: readonly Attachment[];
  readonly createdAt: string;
}

export interface CommentRow extends Omit<Comment, 'author'> {
  readonly authorName: string;
  readonly authorEmail: string | null;
  readonly authorRole: UserRole;
  /** The place in the order of writing: a bigint's digits. */
  readonly seq: string;
}

/**
 * Which part of a conversation: so many comments after one of them, in the order of writing or against it. It is named by its
 * id, since a merge gives comments new places, and by the place that it had, in case it is not there any more.
 */
export interface CommentPage {
  readonly rows: number;
  readonly descending: boolean;
  readonly after?: string;
  readonly afterId?: string;
}

export function readComments(
  db: TenantPrisma,
  ticketId: string,
  viewer: Viewer,
  { rows, descending, after, afterId }: CommentPage,
): Promise<CommentRow[]> {
  const order = Prisma.raw(descending ? 'c."seq" desc' : 'c."seq"');
  const sign = Prisma.raw(descending ? '<' : '>');
  const place = Prisma.sql`coalesce((select l."seq" from "Comment" l
    where l."id" = ${afterId ?? null}::uuid and l."ticketId" = ${ticketId}::uuid), ${after ?? null}::bigint)`;
  const beyond = after === undefined ? Prisma.empty : Prisma.sql`and c."seq" ${sign} ${place}`;
  return db.$queryRaw<CommentRow[]>(
    select(
      Prisma.sql`
    select c.* from "Comment" c
     where c."ticketId" = ${ticketId}::uuid and ${visibleComments(viewer)} ${beyond}
     order by ${order} limit ${rows}`,
      viewer,
      order,
    ),
  );
}

export async function readComment(
  db: TenantPrisma,
  ticketId: string,
  id: string,
  viewer: Viewer,
): Promise<Comment | undefined> {
  const [row] = await db.$queryRaw<CommentRow[]>(
    select(
      Prisma.sql`
    select c.* from "Comment" c where c."id" = ${id}::uuid and c."ticketId" = ${ticketId}::uuid and ${visibleComments(viewer)}`,
      viewer,
    ),
  );
  return row === undefined ? undefined : toComment(row);
}

export async function countComments(db: TenantPrisma, ticketId: string, viewer: Viewer): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    select count(*)::int as "total" from "Comment" c where c."ticketId" = ${ticketId}::uuid and ${visibleComments(viewer)}`;
  return row?.total;
}

/** Writes a comment to a locked ticket and returns its id. */
export async function insertComment(
  tx: Prisma.TransactionClient,
  ticket: LockedTicket,
  comment: Pick<Comment, 'authorId' | 'body' | 'visibility' | 'originTicketId'>,
): Promise<string> {
  const data = { ...comment, ticketId: ticket.id, createdAt: ticket.at };
  return (await tx.comment.create({ data, select: { id: true } })).id;
}

export function toComment(row: CommentRow): Comment {
  return {
    id: row.id,
    ticketId: row.ticketId,
    body: row.body,
    visibility: row.visibility,
    authorId: row.authorId,
    author: somebody(row.authorId, row.authorName, row.authorEmail, row.authorRole),
    originTicketId: row.originTicketId,
    redactedAt: row.redactedAt,
    attachments: row.attachments,
    createdAt: row.createdAt,
  };
}

function select(rows: Prisma.Sql, viewer: Viewer, order = Prisma.raw('c."seq"')): Prisma.Sql {
  return Prisma.sql`
    select c."id"::text as "id", c."seq"::text as "seq", c."ticketId"::text as "ticketId", c."body",
           c."visibility"::text as "visibility", c."authorId"::text as "authorId", a."name" as "authorName",
           a."email" as "authorEmail", a."role" as "authorRole", ${seenReference(viewer, 'c."originTicketId"')} as "originTicketId",
           ${isoTime('c."redactedAt"')} as "redactedAt", ${attachmentsOfComment} as "attachments", ${isoTime('c."createdAt"')} as "createdAt"
      from (${rows}) c
      ${joinPerson('a', 'c."authorId"', viewer)}
     order by ${order}`;
}
