import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import { Prisma, type View } from '@helpdeskly/tenant-db';
import { isSharedOrOwn, sharedOrOwn } from '../sharing/sharing.js';
import type { TicketFilters } from '../ticket-lists/ticket-filters.js';
import { countTickets } from '../ticket-lists/ticket-list.js';
import type { SearchWords } from '../ticket-lists/ticket-search.js';

/** A view that this actor sees. Throws NotFound. */
export async function findView(db: TenantPrisma, actor: Actor, id: string): Promise<View> {
  const view = isUuid(id) ? await db.view.findUnique({ where: { id } }) : null;
  if (view === null || !isSharedOrOwn(view, actor)) throw new NotFound('view');
  return view;
}

/** The same, whose row the transaction has locked. */
export async function lockView(tx: Prisma.TransactionClient, actor: Actor, id: string): Promise<View> {
  if (isUuid(id)) await tx.$queryRaw`SELECT FROM "View" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  return findView(tx, actor, id);
}

/** A position behind all that this actor sees. */
export async function lastPosition(tx: Prisma.TransactionClient, actor: Actor): Promise<number> {
  const { _max: last } = await tx.view.aggregate({ where: sharedOrOwn(actor), _max: { position: true } });
  return Math.floor(last.position ?? 0) + 1;
}

/** One statement that counts the tickets of each view, in their order. */
export function countEach(
  filters: readonly TicketFilters[],
  actor: Actor,
  wordsOf: ReadonlyMap<string, SearchWords>,
): Prisma.Sql {
  const counts = filters.map((each, place) => {
    const words = each.q === undefined ? undefined : wordsOf.get(each.q);
    return Prisma.sql`SELECT ${place}::int AS "place", (${countTickets(each, actor, words)}) AS "tickets"`;
  });
  return Prisma.sql`${Prisma.join(counts, ' UNION ALL ')} ORDER BY "place"`;
}
