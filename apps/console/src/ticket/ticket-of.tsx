import { Failed, NotHere, useTitle, Waiting } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Ticket } from '../api/client.js';
import { commentsQuery, ticketQuery } from '../tickets/ticket-queries.js';

interface Page {
  readonly children: (ticket: Ticket) => ReactNode;
}

/** The page of the ticket that an address names. Another ticket is another page, with a state of its own. */
export function TicketOf({ number, children }: Page & { readonly number: string }) {
  if (!/^[1-9]\d{0,14}$/.test(number)) return <NotHere />;
  return (
    <Found key={number} number={Number(number)}>
      {children}
    </Found>
  );
}

function Found({ number, children }: Page & { readonly number: number }) {
  const { t } = useLingui();
  usePrefetchQuery(commentsQuery(number)); // Beside the ticket, and not after it.
  const ticket = useQuery(ticketQuery(number));
  useTitle(ticket.data === undefined ? `#${number}` : `#${number} ${ticket.data.title}`);
  if (ticket.isPending) return <Waiting label={t`Loading the ticket…`} />;
  if (ticket.data === undefined) return <Failed error={ticket.error} onRetry={() => void ticket.refetch()} />;
  return children(ticket.data);
}
