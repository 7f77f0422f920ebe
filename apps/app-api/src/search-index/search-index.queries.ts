import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';

/** What one transaction indexes at most: few enough texts to keep their tickets' rows for a second, however long they are. */
const most = { texts: 200, bytes: 200_000 };

/** A text that a ticket is found by, as the index names it. */
export interface IndexedText {
  readonly ticketId: string;
  readonly field: string;
  readonly sourceId: string;
}

/** Before all others. */
export const beforeAll: IndexedText = {
  ticketId: '00000000-0000-0000-0000-000000000000',
  field: 'TITLE',
  sourceId: '00000000-0000-0000-0000-000000000000',
};

/**
 * Indexes the first texts after `after` whose words are in another language than the helpdesk has chosen. Answers the last
 * of them; null when there was none, undefined when somebody else is at it. Their tickets' rows are locked first, so that a
 * change of a text comes before or after, never in between.
 */
export async function indexBatch(
  tx: Prisma.TransactionClient,
  after: IndexedText,
): Promise<IndexedText | null | undefined> {
  const [lock] = await tx.$queryRaw<{ held: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended('search-index', 0)) AS "held"`;
  if (lock?.held !== true) return undefined;
  const done = await tx.$queryRaw<IndexedText[]>`
    WITH stale AS MATERIALIZED (
      SELECT f."ticketId", f."field", f."sourceId", sum(pg_column_size(f."vector")) AS "bytes" FROM "TicketSearch" f
       WHERE f."language" <> (SELECT "searchLanguage" FROM "Settings")
         AND (f."ticketId", f."field", f."sourceId") > (${after.ticketId}::uuid, ${after.field}::"SearchField", ${after.sourceId}::uuid)
       GROUP BY f."ticketId", f."field", f."sourceId"
       ORDER BY f."ticketId", f."field", f."sourceId" LIMIT ${most.texts}::int
    ), fitting AS MATERIALIZED (
      SELECT s.* FROM (
        SELECT stale.*, sum("bytes") OVER (ORDER BY "ticketId", "field", "sourceId" ROWS UNBOUNDED PRECEDING) - "bytes" AS "before" FROM stale) s
       WHERE s."before" < ${most.bytes}::int
    ), held AS MATERIALIZED (
      SELECT t."id" FROM "Ticket" t WHERE t."id" IN (SELECT "ticketId" FROM fitting) ORDER BY t."id" FOR NO KEY UPDATE OF t
    )
    SELECT s."ticketId"::text AS "ticketId", s."field"::text AS "field", s."sourceId"::text AS "sourceId",
           "search_put_again"(h."id", s."field", s."sourceId")::text
      FROM fitting s JOIN held h ON h."id" = s."ticketId" ORDER BY s."ticketId", s."field", s."sourceId"`;
  return done.at(-1) ?? null;
}

/** Says that every ticket is indexed in the language that the helpdesk has chosen; false when one is not. */
export async function settleLanguage(db: TenantPrisma): Promise<boolean> {
  const settled = await db.$executeRaw`
    UPDATE "Settings" s SET "searchIndexedIn" = s."searchLanguage"
     WHERE NOT EXISTS (SELECT FROM "TicketSearch" f WHERE f."language" <> s."searchLanguage")`;
  return settled === 1;
}
