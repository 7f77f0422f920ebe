import { EmptyState, Listing, Row, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { StatusBadge } from '../tickets/status-badge.js';
import { ticketList } from '../tickets/ticket-queries.js';

const tab = 'inline-flex min-h-8 items-center rounded-md px-3 font-medium hover:bg-sunken';

/** A customer's own tickets, and those that colleagues share. */
export function PortalListPage() {
  const { t } = useLingui();
  useTitle(t`Your tickets`);
  const { status } = useSearch({ strict: false });
  const isSolved = status === 'solved';
  const list = useInfiniteQuery(ticketList({ status: isSolved ? 'resolved,closed' : 'open,pending,on_hold' }));
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 px-4 py-6">
      <h1 className="text-lg font-semibold tracking-tight">
        <Trans>Your tickets</Trans>
      </h1>
      <nav aria-label={t`Which tickets`} className="flex gap-1">
        <Link to="/" aria-current={isSolved ? undefined : 'page'} className={isSolved ? tab : `${tab} bg-sunken`}>
          <Trans>In progress</Trans>
        </Link>
        <Link
          to="/"
          search={{ status: 'solved' } as never}
          aria-current={isSolved ? 'page' : undefined}
          className={isSolved ? `${tab} bg-sunken` : tab}
        >
          <Trans>Solved</Trans>
        </Link>
      </nav>
      <Listing
        list={list}
        empty={
          <EmptyState icon={<Inbox aria-hidden />} title={t`No tickets here`}>
            {isSolved ? <Trans>Solved tickets appear here.</Trans> : <Trans>Open a ticket, and we help you.</Trans>}
          </EmptyState>
        }
      >
        {({ number, title, status: state, updatedAt, author }) => (
          <Row
            title={
              <Link to="/tickets/$number" params={{ number: String(number) }} className="after:absolute after:inset-0">
                {title}
              </Link>
            }
            details={
              <>
                #{number} · {author.name} · <Time at={updatedAt} />
              </>
            }
            aside={<StatusBadge status={state} />}
          />
        )}
      </Listing>
    </div>
  );
}
