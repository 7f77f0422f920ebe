import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import type { DueMail } from './due-mails.queries.js';

/** A comment as it leaves by mail to somebody. */
export interface ReplyFacts {
  readonly body: string;
  readonly writer: string;
  /** The ticket in which it stands now. */
  readonly ticketId: string;
  readonly reader: string;
  /** The reader's, a BCP 47 tag. */
  readonly locale: string;
  /** Null: support at the helpdesk's mail host. */
  readonly mailboxAddress: string | null;
  /** Null: the helpdesk's name. */
  readonly mailboxName: string | null;
  readonly signature: string | null;
}

/** The mailbox in which the mail of a ticket `t` arrived, else that of the ticket's group, else the default one. */
export const mailboxOfTicket = Prisma.sql`
  SELECT b.* FROM "Mailbox" b
   WHERE b."isDefault" OR b."groupId" = t."groupId"
      OR b."id" IN (SELECT r."mailboxId" FROM "MailMessage" r WHERE r."ticketId" = t."id")
   ORDER BY b."id" IN (SELECT r."mailboxId" FROM "MailMessage" r WHERE r."ticketId" = t."id" AND r."mailboxId" IS NOT NULL) DESC,
            coalesce(b."groupId" = t."groupId", false) DESC, b."isDefault" DESC, b."id" LIMIT 1`;

/** Undefined when the mail is not to leave any more: the comment was redacted, the ticket is deleted, or the reader was disabled. */
export async function readReply(db: TenantPrisma, { commentId, userId }: DueMail): Promise<ReplyFacts | undefined> {
  const [reply] = await db.$queryRaw<ReplyFacts[]>`
    SELECT c."body", w."name" AS "writer", t."id"::text AS "ticketId", u."name" AS "reader",
           coalesce(u."locale", (SELECT s."locale" FROM "Settings" s)) AS "locale", m."address" AS "mailboxAddress",
           m."name" AS "mailboxName", m."signature"
      FROM "Comment" c
      JOIN "User" w ON w."id" = c."authorId"
      JOIN "Ticket" t ON t."id" = c."ticketId" AND t."deletedAt" IS NULL
      JOIN "User" u ON u."id" = ${userId}::uuid AND u."status" <> 'DISABLED'
      CROSS JOIN LATERAL (${mailboxOfTicket}) m
     WHERE c."id" = ${commentId}::uuid AND c."visibility" = 'PUBLIC' AND c."redactedAt" IS NULL`;
  return reply;
}

/** An earlier mail of a conversation: one that came, or one of ours. */
export type EarlierMail =
  | { readonly messageId: string; readonly deliveryId: null }
  | { readonly messageId: null; readonly deliveryId: string; readonly ticketId: string };

/** Their Message-IDs; `ofOurs` names one of our own. */
export function messageIdsOf(
  mails: readonly EarlierMail[],
  ofOurs: (mail: { readonly deliveryId: string; readonly ticketId: string }) => string,
): string[] {
  return mails.map((mail) => (mail.deliveryId === null ? mail.messageId : ofOurs(mail)));
}

/**
 * The earlier mails of a ticket that their reader may know of, oldest first: those that came and are public, and ours to this reader. Of
 * many it answers the first one and the last ones. A merge moves comments, not what tells of their mails.
 */
export function earlierMails(db: TenantPrisma, { id, ticketId, commentId, userId }: DueMail): Promise<EarlierMail[]> {
  return db.$queryRaw<EarlierMail[]>`
    WITH about AS MATERIALIZED (
      SELECT coalesce((SELECT c."ticketId" FROM "Comment" c WHERE c."id" = ${commentId}::uuid), ${ticketId}::uuid) AS "ticketId"
    ), mail AS (
      SELECT r."messageId", NULL::uuid AS "deliveryId", NULL::uuid AS "ticketId", r."createdAt"
        FROM "MailMessage" r LEFT JOIN "Comment" c ON c."id" = r."commentId"
       WHERE (r."ticketId" IN (SELECT a."ticketId" FROM about a) OR c."ticketId" IN (SELECT a."ticketId" FROM about a))
         AND (c."id" IS NULL OR c."visibility" = 'PUBLIC')
       UNION ALL
      SELECT NULL, d."id", d."ticketId", d."createdAt"
        FROM "MailDelivery" d LEFT JOIN "Comment" c ON c."id" = d."commentId"
       WHERE d."userId" = ${userId}::uuid AND d."id" < ${id}::uuid AND d."ticketId" IS NOT NULL AND d."kind" <> 'NOTIFICATION'
         AND (d."ticketId" IN (SELECT a."ticketId" FROM about a) OR c."ticketId" IN (SELECT a."ticketId" FROM about a))
    ), placed AS (
      SELECT m.*, row_number() OVER ascending AS "place", count(*) OVER () AS "total"
        FROM mail m WINDOW ascending AS (ORDER BY m."createdAt", m."deliveryId")
    )
    SELECT p."messageId", p."deliveryId"::text AS "deliveryId", p."ticketId"::text AS "ticketId"
      FROM placed p WHERE p."place" = 1 OR p."place" > p."total" - 40 ORDER BY p."place"`;
}
