import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';

/** Tickets that one transaction indexes: few enough to keep their rows for a fraction of a second. */
const batch = 50;

/**
 * Indexes the first tickets after `after` whose words are in another language than the helpdesk has chosen. Answers the last
 * of them; null when there was none, undefined when somebody else is at it. Their rows are locked first, so that a change of
 * a text comes before or after, never in between.
 */
export async function indexBatch(
  tx: Prisma.TransactionClient,
  after: string | null,
): Promise<string | null | undefined> {
  const [lock] = await tx.$queryRaw<{ held: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('search-index', 0)) as "held"`;
  if (lock?.held !== true) return undefined;
  const done = await tx.$queryRaw<{ id: string }[]>`
    with stale as materialized (
      select f."ticketId" as "id" from "TicketSearch" f
       where f."language" <> (select "searchLanguage" from "Settings") and (${after}::uuid is null or f."ticketId" > ${after}::uuid)
       order by f."ticketId" limit ${batch}::int
    ), held as materialized (
      select t."id" from "Ticket" t join stale on stale."id" = t."id" order by t."id" for no key update of t
    )
    select h."id"::text as "id", "search_rebuild"(h."id")::text from held h order by h."id"`;
  return done.at(-1)?.id ?? null;
}

/** Says that every ticket is indexed in the language that the helpdesk has chosen; false when one is not. */
export async function settleLanguage(db: TenantPrisma): Promise<boolean> {
  const settled = await db.$executeRaw`
    update "Settings" s set "searchIndexedIn" = s."searchLanguage"
     where not exists (select from "TicketSearch" f where f."language" <> s."searchLanguage")`;
  return settled === 1;
}
