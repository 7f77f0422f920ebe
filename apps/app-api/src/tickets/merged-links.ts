import { Prisma } from '@helpdeskly/tenant-db';
import { mostLinks } from '../ticket-core/ticket-limits.js';
import type { LockedTicket } from '../ticket-core/ticket-changes.js';
import { TicketEventType, type RecordedEvent } from '../ticket-core/ticket-events.js';
import type { TicketWrites } from '../ticket-core/ticket-writes.js';

/**
 * Locks two tickets that are about to be merged and all that the first one is linked with, in the order of their ids. One that
 * is linked with it meanwhile comes after the merge, and stays linked with the first.
 */
export async function lockWithLinked(tx: Prisma.TransactionClient, from: string, to: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM "Ticket" t
     WHERE t."id" = ANY (ARRAY(
       SELECT ${from}::uuid UNION SELECT ${to}::uuid
        UNION SELECT l."toId" FROM "TicketLink" l WHERE l."fromId" = ${from}::uuid
        UNION SELECT l."fromId" FROM "TicketLink" l WHERE l."toId" = ${from}::uuid))
     ORDER BY t."id" FOR NO KEY UPDATE`;
}

/** That a ticket lost a link, and won one in its place or none: each by its type and the other ticket's id. */
export interface ChangedLink {
  readonly ticketId: string;
  readonly lost: string | null;
  readonly won: string | null;
}

/**
 * What one locked ticket is linked with, the other one is from now on; and it is not linked with itself, nor twice, nor more than
 * `mostLinks` times: what there is no room for stays. Answers whose links have changed, and how, the two included.
 */
export async function passLinks(
  tx: Prisma.TransactionClient,
  from: Pick<LockedTicket, 'id'>,
  to: Pick<LockedTicket, 'id' | 'number'>,
): Promise<readonly ChangedLink[]> {
  return tx.$queryRaw<ChangedLink[]>`
    WITH held AS MATERIALIZED (
      SELECT l."id", l."type", o."id" AS "otherId", o."number" AS "otherNumber", l."fromId" = ${from.id}::uuid AS "outwards"
        FROM "TicketLink" l JOIN "Ticket" o ON o."id" IN (l."fromId", l."toId") AND o."id" <> ${from.id}::uuid
       WHERE l."fromId" = ${from.id}::uuid OR l."toId" = ${from.id}::uuid
    ), wanted AS MATERIALIZED (
      SELECT h.*, CASE WHEN a."away" THEN ${to.id}::uuid ELSE h."otherId" END AS "newFrom",
             CASE WHEN a."away" THEN h."otherId" ELSE ${to.id}::uuid END AS "newTo"
        FROM held h,
             LATERAL (SELECT CASE h."type" WHEN 'RELATED' THEN ${to.number}::int < h."otherNumber" ELSE h."outwards" END AS "away") a
    ), fresh AS MATERIALIZED (
      SELECT w.* FROM wanted w
       WHERE w."otherId" <> ${to.id}::uuid
         AND NOT EXISTS (SELECT FROM "TicketLink" l WHERE l."fromId" = w."newFrom" AND l."toId" = w."newTo" AND l."type" = w."type")
       ORDER BY w."id"
       LIMIT greatest(0, ${mostLinks}::int - (
         SELECT count(*) FROM "TicketLink" l
          WHERE (l."fromId" = ${to.id}::uuid OR l."toId" = ${to.id}::uuid)
            AND ${from.id}::uuid NOT IN (l."fromId", l."toId")))
    ), passed AS (
      UPDATE "TicketLink" l SET "fromId" = f."newFrom", "toId" = f."newTo" FROM fresh f WHERE l."id" = f."id"
    ), doubled AS MATERIALIZED (
      SELECT w.* FROM wanted w
       WHERE w."otherId" = ${to.id}::uuid
          OR EXISTS (SELECT FROM "TicketLink" l WHERE l."fromId" = w."newFrom" AND l."toId" = w."newTo" AND l."type" = w."type")
    ), dropped AS (
      DELETE FROM "TicketLink" l USING doubled d WHERE l."id" = d."id"
    ), told AS MATERIALIZED (
      SELECT f."otherId" AS "ticketId", f."type" || ' ' || ${from.id}::text AS "lost", f."type" || ' ' || ${to.id}::text AS "won" FROM fresh f
      UNION ALL SELECT d."otherId", d."type" || ' ' || ${from.id}::text, NULL FROM doubled d
      UNION ALL SELECT ${to.id}::uuid, NULL, f."type" || ' ' || f."otherId"::text FROM fresh f
      UNION ALL SELECT ${from.id}::uuid, g."type" || ' ' || g."otherId"::text, NULL
                  FROM (SELECT "type", "otherId" FROM fresh UNION ALL SELECT "type", "otherId" FROM doubled) g
    )
    SELECT o."ticketId"::text AS "ticketId", o."lost", o."won" FROM told o ORDER BY o."ticketId", o."lost", o."won"`;
}

/** What the events of a ticket tell of links; customers do not see them. */
export function linkEvents(
  links: readonly ChangedLink[],
  ticketId: string,
  { id: actorId }: { readonly id: string },
): readonly RecordedEvent[] {
  return links
    .filter((link) => link.ticketId === ticketId)
    .map(({ lost, won }) => ({
      type: won === null ? TicketEventType.UNLINKED : TicketEventType.LINKED,
      actorId,
      changes: { link: { from: lost, to: won } },
      internal: true,
    }));
}

/** Writes the same to the events of locked tickets, all at once. */
export async function writeLinked(
  tx: Prisma.TransactionClient,
  writes: TicketWrites,
  links: readonly ChangedLink[],
  { id: actorId }: { readonly id: string },
): Promise<void> {
  if (links.length === 0) return;
  await writes.writeTickets(tx, {
    held: Prisma.sql`
      SELECT l."ticketId" AS "id", l."lost", l."won"
        FROM jsonb_to_recordset(${JSON.stringify(links)}::jsonb) l ("ticketId" uuid, "lost" text, "won" text)`,
    seen: Prisma.sql`false`,
    type: Prisma.sql`CASE WHEN held."won" IS NULL THEN ${TicketEventType.UNLINKED} ELSE ${TicketEventType.LINKED} END`,
    actorId,
    changes: Prisma.sql`jsonb_build_object('link', jsonb_build_object('from', held."lost", 'to', held."won"))`,
    order: Prisma.sql`held."lost", held."won"`,
  });
}
