import type { SqlReader } from '@helpdeskly/tenancy';
import { type CommentVisibility, type MailStatus, Prisma, type UserRole } from '@helpdeskly/tenant-db';
import type { AttachmentDto } from '../attachments/attachments.dto.js';
import { attachmentsOfComment, attachmentsOfHeld } from '../attachments/comment-attachments.js';
import { mailOfComment, type MailedWords } from '../mail-core/mailed-words.js';
import { isoTime } from '../ticket-core/iso-time.js';
import { joinPerson, somebody, type Person } from '../ticket-core/person.js';
import { isStaff, seenReference, visibleComments, type Viewer } from '../ticket-core/viewer.js';

/** A mail by which a comment leaves. */
export interface Delivery {
  readonly to: string;
  readonly status: MailStatus;
  /** Of the last reply that put it off or refused it. */
  readonly code: string | null;
  readonly at: string;
}

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
  readonly attachments: readonly AttachmentDto[];
  /** Staff alone sees them, and how the comment came. */
  readonly deliveries?: readonly Delivery[];
  readonly mail?: MailedWords['mail'] | null;
  readonly bodyHtml?: string | null;
  readonly quoted?: string | null;
  readonly createdAt: string;
  /** When it is sent; null when it was. */
  readonly sendAt: string | null;
}

export interface CommentRow extends Omit<Comment, 'author' | 'deliveries' | keyof MailedWords> {
  /** Null for customers. */
  readonly deliveries: readonly Delivery[] | null;
  /** Null for a comment that did not come by mail, and for customers. */
  readonly mailed: MailedWords | null;
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
  db: SqlReader,
  ticketId: string,
  viewer: Viewer,
  { rows, descending, after, afterId }: CommentPage,
): PromiseLike<CommentRow[]> {
  const order = Prisma.raw(descending ? 'c."seq" DESC' : 'c."seq"');
  const sign = Prisma.raw(descending ? '<' : '>');
  const place = Prisma.sql`coalesce((SELECT l."seq" FROM "Comment" l
    WHERE l."id" = ${afterId ?? null}::uuid AND l."ticketId" = ${ticketId}::uuid), ${after ?? null}::bigint)`;
  const beyond = after === undefined ? Prisma.empty : Prisma.sql`AND c."seq" ${sign} ${place}`;
  return db.$queryRaw<CommentRow[]>(
    select(
      Prisma.sql`
    SELECT c.* FROM (
      (SELECT ${sentColumns} FROM "Comment" c
        WHERE c."ticketId" = ${ticketId}::uuid AND ${visibleComments(viewer)} ${beyond} ORDER BY ${order} LIMIT ${rows})
      UNION ALL SELECT * FROM (${ownHeld(ticketId, viewer)}) c WHERE true ${beyond}
    ) c ORDER BY ${order} LIMIT ${rows}`,
      viewer,
      order,
    ),
  );
}

/** A comment that is sent, which `viewer` may see. */
export async function readComment(
  db: SqlReader,
  ticketId: string,
  id: string,
  viewer: Viewer,
): Promise<Comment | undefined> {
  const [row] = await db.$queryRaw<CommentRow[]>(
    select(
      Prisma.sql`
    SELECT ${sentColumns} FROM "Comment" c WHERE c."id" = ${id}::uuid AND c."ticketId" = ${ticketId}::uuid AND ${visibleComments(viewer)}`,
      viewer,
    ),
  );
  return row === undefined ? undefined : toComment(row);
}

/** A comment of `viewer`'s own that is sent later. */
export async function readHeld(
  db: SqlReader,
  ticketId: string,
  id: string,
  viewer: Viewer,
): Promise<Comment | undefined> {
  const held = Prisma.sql`SELECT * FROM (${ownHeld(ticketId, viewer)}) c WHERE c."id" = ${id}::uuid`;
  const [row] = await db.$queryRaw<CommentRow[]>(select(held, viewer));
  return row === undefined ? undefined : toComment(row);
}

/** What is listed for `viewer`. */
export async function countComments(db: SqlReader, ticketId: string, viewer: Viewer): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ total: number }[]>`
    SELECT (SELECT count(*) FROM "Comment" c WHERE c."ticketId" = ${ticketId}::uuid AND ${visibleComments(viewer)})::int
         + (SELECT count(*) FROM (${ownHeld(ticketId, viewer)}) h)::int AS "total"`;
  return row?.total;
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
    ...(row.deliveries !== null && { deliveries: row.deliveries, ...(row.mailed ?? noMail) }),
    createdAt: row.createdAt,
    sendAt: row.sendAt,
  };
}

const noMail = { mail: null, bodyHtml: null, quoted: null } as const;

/** The mails of a row of "Comment" under the alias `c`, as JSON. */
const deliveriesOfComment = Prisma.sql`
  (SELECT coalesce(json_agg(json_build_object('to', d."address", 'status', d."status", 'code', d."code", 'at', ${isoTime('d."at"')})
                            ORDER BY d."id"), '[]'::json)
     FROM "MailDelivery" d WHERE d."commentId" = c."id" AND d."kind" = 'REPLY')`;

const sentColumns = Prisma.sql`
  c."id", c."seq", c."ticketId", c."body", c."visibility", c."authorId", c."originTicketId", c."redactedAt", c."createdAt",
  NULL::timestamptz AS "sendAt"`;

/** The comments in a ticket that `viewer` sends later, in the order of writing, behind all others. */
function ownHeld(ticketId: string, viewer: Viewer): Prisma.Sql {
  return Prisma.sql`
    SELECT c."id", c."seq" + 4611686018427387904 AS "seq", c."ticketId", c."body", c."visibility", c."authorId",
           nullif(c."namedTicketId", c."ticketId") AS "originTicketId", NULL::timestamptz AS "redactedAt", c."createdAt", c."sendAt"
      FROM "HeldComment" c
     WHERE c."ticketId" = ${ticketId}::uuid AND c."authorId" = ${viewer.id}::uuid AND ${visibleComments(viewer)}`;
}

function select(rows: Prisma.Sql, viewer: Viewer, order = Prisma.raw('c."seq"')): Prisma.Sql {
  return Prisma.sql`
    SELECT c."id"::text AS "id", c."seq"::text AS "seq", c."ticketId"::text AS "ticketId", c."body",
           c."visibility"::text AS "visibility", c."authorId"::text AS "authorId", a."name" AS "authorName",
           a."email" AS "authorEmail", a."role" AS "authorRole", ${seenReference(viewer, 'c."originTicketId"')} AS "originTicketId",
           ${isoTime('c."redactedAt"')} AS "redactedAt", ${isoTime('c."createdAt"')} AS "createdAt", ${isoTime('c."sendAt"')} AS "sendAt",
           CASE WHEN c."sendAt" IS NULL THEN ${attachmentsOfComment(viewer)} ELSE ${attachmentsOfHeld(viewer)} END AS "attachments",
           ${isStaff(viewer) ? deliveriesOfComment : Prisma.sql`NULL::json`} AS "deliveries",
           ${isStaff(viewer) ? mailOfComment : Prisma.sql`NULL::json`} AS "mailed"
      FROM (${rows}) c
      ${joinPerson('a', 'c."authorId"', viewer)}
     ORDER BY ${order}`;
}
