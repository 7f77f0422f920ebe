import { queries, searchParams } from '@helpdeskly/ui';
import { portalPages, staffPages } from './own-pages.js';
import { currentSession } from './session/session.js';
import { readListSearch } from './tickets/list-search.js';
import { ticketList } from './tickets/ticket-queries.js';

/** Asks for what the address surely shows while the code that shows it is on its way; the list first, for connections are few. */
export function askAhead(): void {
  const session = currentSession();
  if (session.kind !== 'signedIn' || location.pathname === '/invitation') return;
  const isCustomer = session.user.role === 'CUSTOMER';
  if (!isCustomer && location.pathname === '/tickets')
    void queries.prefetchInfiniteQuery(ticketList(readListSearch(searchParams.parseSearch(location.search))));
  (isCustomer ? portalPages : staffPages).load().catch(() => undefined); // The page that needs it asks again, and says so.
}
