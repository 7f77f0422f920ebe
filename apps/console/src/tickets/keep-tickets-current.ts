import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { FoundTicket, Ticket } from '../api/client.js';
import type { LiveEvent } from '../live/stream.js';

interface TicketPage {
  readonly data: readonly FoundTicket[];
}

const pauseMs = 250;

/** At most one call in each pause, the first one at once. */
function spaced(work: () => void): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  return () => {
    if (due !== undefined) {
      again = true;
      return;
    }
    work();
    due = setTimeout(() => {
      due = undefined;
      if (again) work();
      again = false;
    }, pauseMs);
  };
}

/** What an event of the stream makes out of date is read again; only what is on the screen is read at once. */
export function keepTicketsCurrent(queries: QueryClient): (event: LiveEvent) => void {
  const refreshLists = spaced(() => void queries.invalidateQueries({ queryKey: ['tickets'] }));
  const refreshCounts = spaced(() => {
    void queries.invalidateQueries({ queryKey: ['ticket-count'] });
    void queries.invalidateQueries({ queryKey: ['view-counts'] });
  });
  return ({ type, data: { number, version } }) => {
    if (type === 'notification') return void queries.invalidateQueries({ queryKey: ['notifications'] });
    if (number === undefined) return;
    if (type === 'presence') {
      void queries.invalidateQueries({ queryKey: ['presence', number] });
      return;
    }
    const known = queries.getQueryData<Ticket>(['ticket', number]);
    if (known === undefined || version === undefined || known.version < version) {
      for (const part of ['ticket', 'ticket-events', 'related', 'participants', 'links'])
        void queries.invalidateQueries({ queryKey: [part, number] });
    }
    // A comment's attachment, or a redaction, moves the ticket alone.
    void queries.invalidateQueries({ queryKey: ['comments', number] });
    void queries.invalidateQueries({ queryKey: ['tickets-of'] });
    refreshLists();
    refreshCounts();
  };
}

/** Puts a ticket that an answer carried where it is shown. */
export function placeTicket(queries: QueryClient, ticket: Ticket): void {
  queries.setQueryData<Ticket>(['ticket', ticket.number], (old) =>
    old !== undefined && old.version > ticket.version ? old : ticket,
  );
  queries.setQueriesData<InfiniteData<TicketPage>>({ queryKey: ['tickets'] }, (lists) =>
    lists === undefined
      ? undefined
      : {
          ...lists,
          pages: lists.pages.map((page) => ({
            ...page,
            data: page.data.map((each) =>
              each.id === ticket.id && each.version <= ticket.version ? { ...each, ...ticket } : each,
            ),
          })),
        },
  );
}
