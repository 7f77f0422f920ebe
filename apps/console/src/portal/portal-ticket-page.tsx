import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Check } from 'lucide-react';
import type { Ticket } from '../api/client.js';
import { useMe } from '../session/session.js';
import { Conversation } from '../ticket/conversation.js';
import { TicketOf } from '../ticket/ticket-of.js';
import { StatusBadge } from '../tickets/status-badge.js';
import { useTicketChange } from '../tickets/use-ticket-change.js';
import { PortalComposer } from './portal-composer.js';

export function PortalTicketPage() {
  const { number = '' } = useParams({ strict: false });
  return <TicketOf number={number}>{(ticket) => <Shown ticket={ticket} />}</TicketOf>;
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
          <span className="mr-0.5 font-normal text-muted tabular-nums">#{number}</span> {title}
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
