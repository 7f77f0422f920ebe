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
    select pg_try_advisory_xact_lock(hashtextextended('search-index', 0)) as "held"`;
  if (lock?.held !== true) return undefined;
  const done = await tx.$queryRaw<IndexedText[]>`
    with stale as materialized (
      select f."ticketId", f."field", f."sourceId", sum(pg_column_size(f."vector")) as "bytes" from "TicketSearch" f
       where f."language" <> (select "searchLanguage" from "Settings")
         and (f."ticketId", f."field", f."sourceId") > (${after.ticketId}::uuid, ${after.field}::"SearchField", ${after.sourceId}::uuid)
       group by f."ticketId", f."field", f."sourceId"
       order by f."ticketId", f."field", f."sourceId" limit ${most.texts}::int
    ), fitting as materialized (
      select s.* from (
        select stale.*, sum("bytes") over (order by "ticketId", "field", "sourceId" rows unbounded preceding) - "bytes" as "before" from stale) s
       where s."before" < ${most.bytes}::int
    ), held as materialized (
      select t."id" from "Ticket" t where t."id" in (select "ticketId" from fitting) order by t."id" for no key update of t
    )
    select s."ticketId"::text as "ticketId", s."field"::text as "field", s."sourceId"::text as "sourceId",
           "search_put_again"(h."id", s."field", s."sourceId")::text
      from fitting s join held h on h."id" = s."ticketId" order by s."ticketId", s."field", s."sourceId"`;
  return done.at(-1) ?? null;
}

/** Says that every ticket is indexed in the language that the helpdesk has chosen; false when one is not. */
export async function settleLanguage(db: TenantPrisma): Promise<boolean> {
  const settled = await db.$executeRaw`
    update "Settings" s set "searchIndexedIn" = s."searchLanguage"
     where not exists (select from "TicketSearch" f where f."language" <> s."searchLanguage")`;
  return settled === 1;
}
