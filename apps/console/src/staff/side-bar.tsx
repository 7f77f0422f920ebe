import { classes, UserMenu } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { Bell, Plus, Search, Settings } from 'lucide-react';
import { unreadQuery } from '../notifications/notification-queries.js';
import { signOut, useMe } from '../session/session.js';
import { builtInViews, isSameSearch, type BuiltInView } from '../tickets/built-in-views.js';
import { readListSearch } from '../tickets/list-search.js';
import { type ListSearch, ticketCount } from '../tickets/ticket-queries.js';
import { viewCountsQuery, viewsQuery } from '../tickets/view-queries.js';

const item = 'flex min-h-8 items-center justify-between gap-2 rounded-md px-2 text-sm hover:bg-sunken';

export function SideBar({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const { t } = useLingui();
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <div className="flex gap-2">
        <button
          type="button"
          onClick={onSearch}
          className="flex min-h-8 flex-1 cursor-pointer items-center gap-2 rounded-md border border-line bg-raised px-2 text-muted hover:border-control"
        >
          <Search size={14} aria-hidden />
          <span className="flex-1 text-left">
            <Trans>Search</Trans>
          </span>
          <kbd aria-hidden className="rounded border border-line px-1 font-sans text-[11px]">
            /
          </kbd>
        </button>
        <Link
          to="/new"
          aria-label={t`New ticket`}
          title={t`New ticket`}
          className="inline-flex size-8 items-center justify-center rounded-md bg-accent text-white hover:bg-accent-strong"
        >
          <Plus size={16} aria-hidden />
        </Link>
      </div>
      <NotificationsLink />
      <nav aria-label={t`Views`} className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto">
        <ul className="flex flex-col gap-px">
          {builtInViews.map((view) => (
            <BuiltIn key={view.name.id} view={view} />
          ))}
        </ul>
        <SavedViews />
      </nav>
      <Link to="/manage" className={item} activeProps={{ className: 'bg-sunken font-semibold' }}>
        <span className="flex items-center gap-2">
          <Settings size={15} aria-hidden />
          <Trans>Manage the helpdesk</Trans>
        </span>
      </Link>
      <OwnMenu onKeys={onKeys} />
    </div>
  );
}

function NotificationsLink() {
  const { i18n } = useLingui();
  const { data: unread = 0 } = useQuery(unreadQuery);
  return (
    <Link to="/notifications" className={item} activeProps={{ className: 'bg-sunken font-semibold' }}>
      <span className="flex items-center gap-2">
        <Bell size={15} aria-hidden />
        <Trans>Notifications</Trans>
      </span>
      <span role="status" className="text-xs font-semibold text-accent-text tabular-nums">
        {unread === 0 ? null : (
          <>
            {unread.toLocaleString(i18n.locale)}{' '}
            <span className="sr-only">
              <Trans>unread</Trans>
            </span>
          </>
        )}
      </span>
    </Link>
  );
}

function useListSearch(): ListSearch | undefined {
  return useRouterState({
    select: ({ location }) => (location.pathname === '/tickets' ? readListSearch(location.search) : undefined),
    structuralSharing: true,
  });
}

function BuiltIn({ view: { name, search, counted } }: { view: BuiltInView }) {
  const { i18n } = useLingui();
  const shown = useListSearch();
  const { data } = useQuery({ ...ticketCount(search), enabled: counted });
  return (
    <Entry
      search={search}
      current={shown !== undefined && isSameSearch(shown, search)}
      name={i18n._(name)}
      count={data}
    />
  );
}

function SavedViews() {
  const shown = useListSearch();
  const { data: views } = useQuery(viewsQuery);
  const { data: counts } = useQuery(viewCountsQuery);
  if (views === undefined || views.length === 0) return null;
  return (
    <section>
      <h2 className="px-2 pb-1 text-xs font-semibold text-muted">
        <Trans>Saved views</Trans>
      </h2>
      <ul className="flex flex-col gap-px">
        {views.map(({ id, name }) => (
          <Entry key={id} search={{ view: id }} current={shown?.view === id} name={name} count={counts?.get(id)} />
        ))}
      </ul>
    </section>
  );
}

interface EntryProps {
  readonly search: ListSearch;
  readonly current: boolean;
  readonly name: string;
  readonly count: number | undefined;
}

function Entry({ search, current, name, count }: EntryProps) {
  const { i18n } = useLingui();
  return (
    <li>
      <Link
        to="/tickets"
        search={search}
        aria-current={current ? 'page' : undefined}
        className={classes(item, current && 'bg-sunken font-semibold')}
      >
        <span className="truncate">{name}</span>
        {count === undefined ? null : (
          <span className="text-xs font-normal text-muted tabular-nums">{count.toLocaleString(i18n.locale)}</span>
        )}
      </Link>
    </li>
  );
}

function OwnMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  return (
    <UserMenu
      user={me}
      onAccount={() => void navigate({ to: '/account' })}
      onKeys={onKeys}
      onSignOut={() => void signOut()}
    />
  );
}
