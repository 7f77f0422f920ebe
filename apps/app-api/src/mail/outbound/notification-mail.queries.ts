import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { CommentVisibility, NotificationKind } from '@helpdeskly/tenant-db';
import { visibleComments, visibleTo, type Viewer } from '../../ticket-core/viewer.js';

/** A notification as its reader may see it now. */
export interface NotifiedFacts {
  readonly kind: NotificationKind;
  readonly details: Readonly<Record<string, string | number | null>>;
  /** Null for the system. */
  readonly actor: string | null;
  /** Null when it is about no ticket, as the two that follow. */
  readonly ticketId: string | null;
  readonly number: number | null;
  readonly title: string | null;
  /** What there is to read: the comment, or what a ticket that was assigned asks. */
  readonly text: string | null;
  readonly visibility: CommentVisibility | null;
}

/**
 * Undefined when there is nothing to tell any more: it was read in the app, its ticket is deleted, its comment redacted or out of sight, or
 * the comment itself goes to its reader by mail.
 */
export async function readNotified(
  db: TenantPrisma,
  notificationId: string,
  reader: Viewer,
): Promise<NotifiedFacts | undefined> {
  const [facts] = await db.$queryRaw<NotifiedFacts[]>`
    SELECT n."kind"::text AS "kind", n."details", a."name" AS "actor", t."id"::text AS "ticketId", t."number", t."title",
           CASE WHEN c."id" IS NOT NULL THEN c."body" WHEN n."kind" IN ('ASSIGNED', 'GROUP_ASSIGNED') THEN t."description" END AS "text",
           c."visibility"::text AS "visibility"
      FROM "Notification" n
      LEFT JOIN "Comment" c ON c."id" = n."commentId"
      LEFT JOIN "Ticket" t ON t."id" = coalesce(c."ticketId", n."ticketId")
      LEFT JOIN "User" a ON a."id" = n."actorId"
     WHERE n."id" = ${notificationId}::uuid AND n."userId" = ${reader.id}::uuid
       AND (n."readAt" IS NULL OR n."kind" = 'SECURITY')
       AND (n."ticketId" IS NULL OR (t."deletedAt" IS NULL AND ${visibleTo(reader)}))
       AND (n."commentId" IS NULL OR (c."redactedAt" IS NULL AND ${visibleComments(reader)}))
       AND NOT EXISTS (SELECT FROM "MailDelivery" d
                        WHERE d."kind" = 'REPLY' AND d."commentId" = n."commentId" AND d."userId" = n."userId")`;
  return facts;
}
