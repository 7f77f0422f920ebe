import { type NotificationKind, Prisma } from '@helpdeskly/tenant-db';

/** Those that are kept no longer: they are not shown, and taken away by and by. */
export const outdated = Prisma.sql`n."createdAt" < now() - interval '90 days'`;

/** Where a notification is for. */
interface WantedIn {
  readonly inApp: boolean;
  readonly mail: boolean;
}

/** As it was stored, and what streams tell of its ticket. */
export interface NotificationRow {
  readonly id: string;
  readonly userId: string;
  readonly kind: NotificationKind;
  /** Of its ticket, and that ticket's version as its reader may see it. */
  readonly number: number | null;
  readonly version: number | null;
  readonly createdAt: Date;
}

export interface InsertedNotification {
  readonly kind: NotificationKind;
  readonly ticketId: string | null;
  readonly commentId: string | null;
  readonly actorId: string | null;
  readonly details: Prisma.InputJsonObject;
}

/**
 * Stores a notification for each of these users who is active and wants it somewhere. Answers them all. Users are
 * referred to in the order in which they are locked (docs/architecture.md, Locks). A customer gets the reply itself by mail.
 * Notifications are kept for 90 days: whoever writes one takes some old ones away.
 */
export function insertNotifications(
  tx: Prisma.TransactionClient,
  userIds: readonly string[],
  { kind, ticketId, commentId, actorId, details }: InsertedNotification,
): Promise<(NotificationRow & WantedIn)[]> {
  const wants = (channel: 'inApp' | 'mail') =>
    Prisma.sql`coalesce((p."chosen" #>> ${[kind, channel]}::text[])::boolean, true)`;
  return tx.$queryRaw<(NotificationRow & WantedIn)[]>`
    WITH wanted AS MATERIALIZED (
      SELECT u."id", u."role", ${wants('inApp')} AS "inApp",
             ${wants('mail')} AND NOT (u."role" = 'CUSTOMER' AND ${kind}::text = 'REPLIED') AS "mail"
        FROM "User" u LEFT JOIN "NotificationPreferences" p ON p."userId" = u."id"
       WHERE u."id" = ANY (${[...userIds]}::uuid[]) AND u."status" = 'ACTIVE'
    ), removed AS (
      DELETE FROM "Notification" WHERE "id" IN (
        SELECT n."id" FROM "Notification" n WHERE ${outdated}
         ORDER BY n."createdAt" LIMIT 20 FOR UPDATE SKIP LOCKED)
    ), written AS (
      INSERT INTO "Notification" ("userId", "kind", "ticketId", "commentId", "actorId", "details", "inApp", "mail")
      SELECT w."id", ${kind}::"NotificationKind", ${ticketId}::uuid, ${commentId}::uuid, ${actorId}::uuid,
             ${JSON.stringify(details)}::jsonb, w."inApp", w."mail"
        FROM wanted w WHERE w."inApp" OR w."mail" ORDER BY w."role", w."id"
      RETURNING "id", "userId", "inApp", "mail", "createdAt"
    )
    SELECT n."id"::text AS "id", n."userId"::text AS "userId", ${kind}::text AS "kind", t."number",
           CASE w."role" WHEN 'CUSTOMER' THEN t."publicVersion" ELSE t."version" END AS "version",
           n."createdAt", n."inApp", n."mail"
      FROM written n JOIN wanted w ON w."id" = n."userId" LEFT JOIN "Ticket" t ON t."id" = ${ticketId}::uuid
     ORDER BY n."id"`;
}
