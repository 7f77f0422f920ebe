import { IconButton, useKeys } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, ChevronDown, ChevronUp, PanelRight } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Ticket } from '../api/client.js';
import { useTicketChange } from '../tickets/use-ticket-change.js';
import { StatusBadge } from '../tickets/status-badge.js';
import { commentsQuery, ticketQuery } from '../tickets/ticket-queries.js';
import { neighbour, walkedSearch } from '../tickets/walked-list.js';
import { Composer, type ComposerHandle } from './composer.js';
import { Conversation } from './conversation.js';
import { Present } from './presence.js';
import { SidePanel } from './side-panel.js';
import { TicketOf } from './ticket-of.js';

export function TicketPage() {
  const { number } = useParams({ from: '/tickets/$number' });
  return <TicketOf number={number}>{(ticket) => <Shown ticket={ticket} />}</TicketOf>;
}

function Shown({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { number, title } = ticket;
  const [panel, togglePanel] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  useTicketKeys(ticket, composer);
  const walk = useWalk(number);
  const conversationIsShown = useDeferredValue(true, false);
  return (
    <div className="flex h-full">
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex items-center gap-1 border-b border-line bg-bg px-2 py-2">
          <Link
            to="/tickets"
            search={walkedSearch()}
            aria-label={t`Back to the list`}
            title={t`Back to the list`}
            className="inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-sunken"
          >
            <ArrowLeft size={16} aria-hidden />
          </Link>
          <div className="min-w-0 flex-1 px-1">
            <h1 className="truncate text-base font-semibold tracking-tight" title={title}>
              <span className="mr-0.5 font-normal text-muted tabular-nums">#{number}</span> {title}
            </h1>
          </div>
          <Present number={number} />
          <span className="hidden sm:block">
            <StatusBadge status={ticket.status} />
          </span>
          <IconButton label={t`Previous ticket`} disabled={walk.previous === undefined} onClick={walk.previous}>
            <ChevronUp size={16} aria-hidden />
          </IconButton>
          <IconButton label={t`Next ticket`} disabled={walk.next === undefined} onClick={walk.next}>
            <ChevronDown size={16} aria-hidden />
          </IconButton>
          <IconButton
            label={t`Details`}
            aria-expanded={panel}
            className="lg:hidden"
            onClick={() => togglePanel((open) => !open)}
          >
            <PanelRight size={16} aria-hidden />
          </IconButton>
        </header>
        <Conversation ticket={ticket} />
        {ticket.status === 'CLOSED' ? (
          <p className="border-t border-line bg-panel px-4 py-3 text-muted">
            <Trans>This ticket is closed. A new request makes a follow-up.</Trans>{' '}
            <Link to="/new" search={{ followUpOf: number }} className="font-medium text-accent-text underline">
              <Trans>Open a follow-up</Trans>
            </Link>
          </p>
        ) : (
          <Composer ref={composer} ticket={ticket} />
        )}
      </div>
      <aside
        aria-label={t`Details`}
        className={`${panel ? 'fixed inset-y-0 right-0 z-30 block shadow-2xl' : 'hidden'} w-72 shrink-0 overflow-auto border-l border-line bg-panel lg:static lg:block lg:shadow-none`}
      >
        <div className="flex justify-end p-2 pb-0 lg:hidden">
          <button
            type="button"
            className="min-h-8 cursor-pointer rounded-md px-2 hover:bg-sunken"
            onClick={() => togglePanel(false)}
          >
            <Trans>Close</Trans>
          </button>
        </div>
        {conversationIsShown ? <SidePanel ticket={ticket} /> : null}
      </aside>
    </div>
  );
}

function useWalk(number: number) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [next, previous] = [neighbour(number, 1), neighbour(number, -1)];
  useEffect(() => {
    if (next === undefined) return;
    void queries.prefetchQuery(ticketQuery(next));
    void queries.prefetchQuery(commentsQuery(next));
  }, [next, queries]);
  const to = (target: number | undefined) =>
    target === undefined
      ? undefined
      : () => void navigate({ to: '/tickets/$number', params: { number: String(target) } });
  const walk = { next: to(next), previous: to(previous) };
  useKeys({ j: walk.next, k: walk.previous, u: () => void navigate({ to: '/tickets', search: walkedSearch() }) });
  return walk;
}

function useTicketKeys(ticket: Ticket, composer: { readonly current: ComposerHandle | null }) {
  const change = useTicketChange(ticket.number);
  const focus = (id: string) => () => document.getElementById(id)?.querySelector<HTMLElement>('select, input')?.focus();
  useKeys({
    r: () => composer.current?.write('PUBLIC'),
    i: () => composer.current?.write('INTERNAL'),
    e: () => change.mutate({ status: 'RESOLVED' }),
    a: focus('ticket-assignee'),
    s: focus('ticket-status'),
    p: focus('ticket-priority'),
    t: focus('ticket-tags'),
  });
}
