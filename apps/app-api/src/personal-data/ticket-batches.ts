import type { PersonalWords, TenantPrisma } from '@helpdeskly/tenancy';
import { ticketsAfter, ticketsWith, type KnownPerson } from './erasure.queries.js';

/** Tickets that are looked through at once. */
const batch = 500;

export interface TicketBatch {
  readonly words: PersonalWords;
  readonly ticketIds: readonly string[];
}

/** All tickets, some at a time, with the words to look for there: names where the person took part, addresses everywhere. */
export async function* eachBatch(db: TenantPrisma, { ids, words }: KnownPerson): AsyncGenerator<TicketBatch> {
  let found: readonly string[] = [];
  do {
    found = await ticketsAfter(db, found.at(-1) ?? null, batch);
    const near = await ticketsWith(db, ids, found);
    const far = found.filter((id) => !near.has(id));
    if (near.size > 0) yield { words, ticketIds: [...near] };
    if (far.length > 0) yield { words: { addresses: words.addresses, names: [] }, ticketIds: far };
  } while (found.length === batch);
}
