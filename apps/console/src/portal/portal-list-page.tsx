import { Button, EmptyState, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { Failed } from '../shared/failed.js';
import { Time } from '../shared/time.js';
import { useTitle } from '../shared/use-title.js';
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
  const tickets = list.data?.pages.flatMap(({ data }) => data) ?? [];
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-6">
      <h1 className="mb-3 text-lg font-semibold tracking-tight">
        <Trans>Your tickets</Trans>
      </h1>
      <nav aria-label={t`Which tickets`} className="mb-4 flex gap-1">
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
      {list.isPending ? <Waiting label={t`Loading tickets…`} /> : null}
      {list.isError && tickets.length === 0 ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && tickets.length === 0 ? (
        <EmptyState icon={<Inbox aria-hidden />} title={t`No tickets here`}>
          {isSolved ? <Trans>Solved tickets appear here.</Trans> : <Trans>Open a ticket, and we help you.</Trans>}
        </EmptyState>
      ) : null}
      {tickets.length === 0 ? null : (
        <ul className="flex flex-col divide-y divide-line rounded-xl border border-line bg-raised">
          {tickets.map(({ id, number, title, status: state, updatedAt, author }) => (
            <li key={id} className="relative flex items-center gap-3 px-4 py-3 hover:bg-bg">
              <div className="min-w-0 flex-1">
                <Link
                  to="/tickets/$number"
                  params={{ number: String(number) }}
                  className="block truncate font-medium after:absolute after:inset-0"
                >
                  {title}
                </Link>
                <p className="truncate text-xs text-muted">
                  #{number} · {author.name} · <Time at={updatedAt} />
                </p>
              </div>
              <StatusBadge status={state} />
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <div className="mt-4 text-center">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            <Trans>Show older ones</Trans>
          </Button>
        </div>
      ) : null}
    </div>
  );
}
