import { Button, EmptyState, Failed, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { builtInViews, isSameSearch } from './built-in-views.js';
import { BulkBar } from './bulk-bar.js';
import { FilterBar } from './filter-bar.js';
import { RestoreBar } from './restore-bar.js';
import { type ListSearch, ticketList } from './ticket-queries.js';
import { TicketTable } from './ticket-table.js';
import { rememberList } from './walked-list.js';
import { viewsQuery } from './view-queries.js';

/** A list of tickets, chosen by the address. */
export function TicketListPage() {
  const search = useSearch({ from: '/tickets' });
  // Another list is another page: its selection and place are its own.
  return <TicketListOf key={JSON.stringify(search)} search={search} />;
}

function TicketListOf({ search }: { search: ListSearch }) {
  const { t } = useLingui();
  const name = useListName(search);
  useTitle(name);
  const list = useInfiniteQuery(ticketList(search));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const tickets = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  useEffect(
    () =>
      rememberList(
        search,
        tickets.map(({ number }) => number),
      ),
    [search, tickets],
  );

  const isDeleted = search.deleted !== undefined;
  const Bar = isDeleted ? RestoreBar : BulkBar;
  return (
    <div className="flex h-full flex-col">
      <header className="flex flex-col gap-2 border-b border-line bg-bg px-4 pt-3 pb-2">
        <h1 className="truncate text-base font-semibold tracking-tight">{name}</h1>
        <FilterBar search={search} />
      </header>
      {list.isPending ? <Waiting label={t`Loading tickets…`} /> : null}
      {list.isError && tickets.length === 0 ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && tickets.length === 0 ? <Nothing search={search} /> : null}
      {tickets.length > 0 ? (
        <TicketTable
          tickets={tickets}
          selected={selected}
          onSelect={select}
          opens={!isDeleted}
          onEnd={() => {
            if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
          }}
        />
      ) : null}
      <Bar tickets={tickets.filter(({ id }) => selected.has(id))} onDone={() => select(new Set())} />
    </div>
  );
}

function Nothing({ search }: { search: ListSearch }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const isChosen = search.view === undefined && Object.keys(search).length > 0;
  return (
    <EmptyState icon={<Inbox aria-hidden />} title={t`No tickets here`}>
      <Trans>What fits this list appears here by itself.</Trans>
      {isChosen ? (
        <Button onClick={() => void navigate({ to: '/tickets', search: {} })}>
          <Trans>Show all tickets</Trans>
        </Button>
      ) : null}
    </EmptyState>
  );
}

function useListName(search: ListSearch): string {
  const { t, i18n } = useLingui();
  const { data: views = [] } = useQuery(viewsQuery);
  if (search.view !== undefined) return views.find(({ id }) => id === search.view)?.name ?? t`Saved view`;
  const known = builtInViews.find((view) => isSameSearch(view.search, search));
  if (known !== undefined) return i18n._(known.name);
  return search.q === undefined ? t`Tickets` : t`Search: ${search.q}`;
}
