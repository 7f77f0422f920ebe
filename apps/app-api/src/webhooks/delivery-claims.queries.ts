import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';

/** Attempts of one webhook at a time; of one that is failing a single one, so that a receiver that hangs holds no more. */
const slots = 4;
const slotsFailing = 1;
/** Longer than an attempt takes: then whoever made it has died. */
const claimedForSeconds = 60;
/** So long another process may not know that a webhook was turned on. */
const unknownForSeconds = 10;

/** An attempt to make. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
}

/** What a delivery `d` waits for: an earlier one of its ticket that was not tried yet, or is being tried. */
const isFree = Prisma.sql`(d."claimedUntil" IS NULL OR d."claimedUntil" <= now())
  AND NOT EXISTS (
    SELECT FROM "WebhookDelivery" e
     WHERE e."webhookId" = d."webhookId" AND e."ticketId" = d."ticketId" AND e."id" < d."id" AND e."status" = 'PENDING'
       AND (e."attempts" = 0 OR e."claimedUntil" > now()))`;

/** Claims what is due, the longest due first, as many for each webhook as there is room for. One caller at a time in a tenant. */
export function claimDue(db: TenantPrisma): Promise<ClaimedDelivery[]> {
  return db.$queryRaw<ClaimedDelivery[]>`
    UPDATE "WebhookDelivery" c SET "claimedUntil" = now() + make_interval(secs => ${claimedForSeconds}::integer)
      FROM (
        SELECT due."id" FROM "Webhook" w
          JOIN LATERAL (
            SELECT count(*)::integer AS "count" FROM "WebhookDelivery" d
             WHERE d."webhookId" = w."id" AND d."status" = 'PENDING' AND d."claimedUntil" > now()) sent ON true
          JOIN LATERAL (
            SELECT d."id" FROM "WebhookDelivery" d
             WHERE d."webhookId" = w."id" AND d."status" = 'PENDING' AND d."dueAt" <= now() AND ${isFree}
             ORDER BY d."dueAt", d."id"
             LIMIT greatest(0, CASE WHEN w."failingSince" IS NULL THEN ${slots}::integer ELSE ${slotsFailing}::integer END - sent."count")
          ) due ON true
         WHERE w."enabled") free
     WHERE c."id" = free."id"
     RETURNING c."id"::text AS "id", c."webhookId"::text AS "webhookId"`;
}

/**
 * In how many milliseconds to look again; undefined when nothing is to come. What is due now waits for a place, and whoever gives one
 * back has the tenant looked at.
 */
export async function nextInMs(db: TenantPrisma): Promise<number | undefined> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM least(
             (SELECT min(CASE WHEN d."claimedUntil" > now() THEN d."claimedUntil" ELSE d."dueAt" END)
                FROM "WebhookDelivery" d JOIN "Webhook" w ON w."id" = d."webhookId" AND w."enabled"
               WHERE d."status" = 'PENDING' AND (d."claimedUntil" > now() OR d."dueAt" > now())),
             (SELECT min(w."enabledAt") + make_interval(secs => ${unknownForSeconds}::integer) FROM "Webhook" w
               WHERE w."enabled" AND w."enabledAt" > now() - make_interval(secs => ${unknownForSeconds}::integer))
           ) - now()) * 1000)::double precision AS "ms"`;
  return row?.ms ?? undefined;
}
