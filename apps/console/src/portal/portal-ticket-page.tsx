import { Button, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Check } from 'lucide-react';
import type { Ticket } from '../api/client.js';
import { useMe } from '../session/session.js';
import { Failed } from '../shared/failed.js';
import { NotHere } from '../shared/not-here.js';
import { useTitle } from '../shared/use-title.js';
import { Conversation } from '../ticket/conversation.js';
import { StatusBadge } from '../tickets/status-badge.js';
import { ticketQuery } from '../tickets/ticket-queries.js';
import { useTicketChange } from '../tickets/use-ticket-change.js';
import { PortalComposer } from './portal-composer.js';

export function PortalTicketPage() {
  const { number = '' } = useParams({ strict: false });
  return /^[1-9]\d{0,14}$/.test(number) ? <TicketOf key={number} number={Number(number)} /> : <NotHere />;
}

function TicketOf({ number }: { number: number }) {
  const { t } = useLingui();
  const ticket = useQuery(ticketQuery(number));
  useTitle(ticket.data === undefined ? `#${number}` : `#${number} ${ticket.data.title}`);
  if (ticket.isPending) return <Waiting label={t`Loading the ticket…`} />;
  if (ticket.data === undefined) return <Failed error={ticket.error} onRetry={() => void ticket.refetch()} />;
  return <Shown ticket={ticket.data} />;
}

function Shown({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const me = useMe();
  const { number, title, status } = ticket;
  const change = useTicketChange(number);
  const mayResolve = ticket.authorId === me.id && status !== 'RESOLVED' && status !== 'CLOSED';
  return (
    <div className="mx-auto flex h-full w-full max-w-3xl flex-col">
      <header className="flex items-center gap-2 px-2 py-3">
        <Link
          to="/"
          aria-label={t`Back to the list`}
          title={t`Back to the list`}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-sunken"
        >
          <ArrowLeft size={16} aria-hidden />
        </Link>
        <h1 className="min-w-0 flex-1 truncate text-base font-semibold tracking-tight" title={title}>
          <span className="mr-1.5 font-normal text-muted tabular-nums">#{number}</span>
          {title}
        </h1>
        <StatusBadge status={status} />
        {mayResolve ? (
          <Button small disabled={change.isPending} onClick={() => change.mutate({ status: 'RESOLVED' })}>
            <Check size={13} aria-hidden />
            <Trans>It is solved</Trans>
          </Button>
        ) : null}
      </header>
      <Conversation ticket={ticket} />
      {status === 'CLOSED' ? (
        <p className="border-t border-line px-4 py-3 text-muted">
          <Trans>This ticket is closed.</Trans>{' '}
          <Link to="/new" search={{ followUpOf: number }} className="font-medium text-accent-text underline">
            <Trans>Open a follow-up</Trans>
          </Link>
        </p>
      ) : (
        <PortalComposer ticket={ticket} />
      )}
    </div>
  );
}
