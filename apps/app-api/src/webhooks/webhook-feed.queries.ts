import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';

/** Events of which one statement makes deliveries at most. */
const batch = 500;

/** Deliveries that have ended are kept for 30 days; so many are deleted at once. */
const keptDays = 30;
const deletedAtOnce = 500;

/**
 * Makes deliveries of the next events in the feed for a webhook that is on; answers whether there may be more. Its lock keeps two from
 * doing the same, and `position` says what was done: an event has one delivery for each webhook.
 */
export async function makeDeliveries(tx: Prisma.TransactionClient, webhookId: string): Promise<boolean> {
  const [webhook] = await tx.$queryRaw<{ position: string }[]>`
    SELECT "position"::text AS "position" FROM "Webhook" WHERE "id" = ${webhookId}::uuid AND "enabled" FOR UPDATE`;
  if (webhook === undefined) return false;
  const [made] = await tx.$queryRaw<{ read: number }[]>`
    WITH next AS MATERIALIZED (
      SELECT e."id", e."ticketId", e."type", e."position", e."imported" FROM "TicketEvent" e
       WHERE e."position" > ${webhook.position}::bigint ORDER BY e."position" LIMIT ${batch}::integer
    ), made AS (
      INSERT INTO "WebhookDelivery" ("webhookId", "ticketId", "eventId", "type")
      SELECT w."id", next."ticketId", next."id", next."type"
        FROM next JOIN "Webhook" w ON w."id" = ${webhookId}::uuid AND next."type" = ANY (w."events") AND NOT next."imported"
       ORDER BY next."position"
          ON CONFLICT DO NOTHING
    ), moved AS (
      UPDATE "Webhook" w SET "position" = (SELECT max(next."position") FROM next)
       WHERE w."id" = ${webhookId}::uuid AND EXISTS (SELECT FROM next)
    )
    SELECT count(*)::integer AS "read" FROM next`;
  return made?.read === batch;
}

/** Webhooks that are on. */
export async function enabledWebhooks(db: TenantPrisma): Promise<string[]> {
  const rows = await db.webhook.findMany({ where: { enabled: true }, select: { id: true }, orderBy: { id: 'asc' } });
  return rows.map(({ id }) => id);
}

/** Whether there is anything for a visit: a webhook that is on, or something to delete. */
export async function hasWork(db: TenantPrisma): Promise<boolean> {
  const [row] = await db.$queryRaw<{ work: boolean }[]>`
    SELECT EXISTS (SELECT FROM "Webhook" WHERE "enabled")
        OR EXISTS (SELECT FROM "WebhookDelivery"
                    WHERE "createdAt" < now() - make_interval(days => ${keptDays}::integer) AND "status" <> 'PENDING') AS "work"`;
  return row?.work === true;
}

/** Deletes deliveries that ended long ago, with what was answered. */
export async function forgetOldDeliveries(db: TenantPrisma): Promise<void> {
  let deleted: number;
  do {
    deleted = await db.$executeRaw`
      DELETE FROM "WebhookDelivery" WHERE "id" IN (
        SELECT "id" FROM "WebhookDelivery"
         WHERE "createdAt" < now() - make_interval(days => ${keptDays}::integer) AND "status" <> 'PENDING'
         LIMIT ${deletedAtOnce}::integer)`;
  } while (deleted === deletedAtOnce);
}
