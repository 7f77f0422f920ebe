import { Button, EmptyState, Field, Page, SelectField, Time, useTitle, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Store } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Tenant } from '../api/client.js';
import { BulkDialog, type BulkFilter } from '../bulk/bulk-dialog.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { TenantLink } from '../shared/tenant-link.js';
import { sizeOf } from '../shared/size.js';
import { statuses } from './statuses.js';
import { statusLabels } from './tenant-labels.js';
import { exportTenants, plansQuery, serversQuery, tenantList } from './tenant-queries.js';
import { readTenantSearch, type TenantSearch } from './tenant-search.js';
import { TenantStatusBadge } from './tenant-status-badge.js';

/** Every tenant, found by name, state, plan, server and schema. */
export function TenantsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Tenants`);
  const search = readTenantSearch(useSearch({ strict: false }));
  const { change } = useMay();
  const [changesMany, changeMany] = useState(false);
  const list = useInfiniteQuery(tenantList(search));
  const exportation = useWrite(() => exportTenants(search), { keys: [] });
  const { data: servers = [] } = useQuery(serversQuery);
  const nameOfServer = (id: string) => servers.find((server) => server.id === id)?.name ?? id;
  const columns: readonly Column<Tenant>[] = [
    { head: t`Slug`, cell: ({ slug }) => <TenantLink slug={slug} /> },
    { head: t`Name`, cell: ({ name }) => name },
    { head: t`Status`, cell: ({ status }) => <TenantStatusBadge status={status} /> },
    { head: t`Plan`, cell: ({ plan }) => plan },
    { head: t`Server`, cell: ({ serverId }) => nameOfServer(serverId) },
    { head: t`Storage`, isNumber: true, cell: ({ storageBytes }) => sizeOf(storageBytes, i18n.locale) },
    {
      head: t`Schema`,
      cell: ({ schemaPending }) => (schemaPending === 0 ? t`Current` : t`${schemaPending} behind`),
    },
    { head: t`Created`, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
  return (
    <Page
      wide
      title={t`Tenants`}
      action={
        <div className="flex flex-wrap gap-2">
          <Button disabled={exportation.isPending} onClick={() => exportation.mutate(undefined)}>
            <Trans>Save as CSV</Trans>
          </Button>
          {change ? (
            <>
              <Link
                to="/import"
                className="inline-flex min-h-8 items-center rounded-md border border-line bg-raised px-3 text-sm font-medium hover:bg-sunken"
              >
                <Trans>Import…</Trans>
              </Link>
              <Button onClick={() => changeMany(true)}>
                <Trans>Change all of these…</Trans>
              </Button>
              <Link
                to="/tenants/new"
                className="inline-flex min-h-8 items-center rounded-md bg-accent px-3 text-sm font-medium text-white hover:bg-accent-strong"
              >
                <Trans>New tenant</Trans>
              </Link>
            </>
          ) : null}
        </div>
      }
    >
      <Filters search={search} />
      <DataTable
        caption={t`Tenants`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<Store aria-hidden />} title={t`No tenant found`}>
            <Trans>Nothing fits what you look for.</Trans>
          </EmptyState>
        }
      />
      {changesMany ? <BulkDialog filter={filterOf(search)} onClose={() => changeMany(false)} /> : null}
    </Page>
  );
}

/** What finds the tenants that the list shows. */
function filterOf({ sort: _sort, status, ...search }: TenantSearch): BulkFilter {
  return { ...search, ...(status === undefined ? {} : { status: [status] }) };
}

/** How long after the last letter the list is asked for, in milliseconds. */
const typingMs = 250;

function Filters({ search }: { search: TenantSearch }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { data: plans = [] } = useQuery(plansQuery);
  const { data: servers = [] } = useQuery(serversQuery);
  const [words, type] = useState(search.q ?? '');
  const now = useRef(search);
  useEffect(() => {
    now.current = search;
  });
  const show = (next: TenantSearch) => void navigate({ to: '/tenants', search: next, replace: true });
  useEffect(() => {
    if (words.trim() === (now.current.q ?? '')) return;
    const timer = setTimeout(() => show({ ...now.current, q: words.trim() }), typingMs);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- Only what is typed starts the clock.
  }, [words]);
  const choose = (name: 'status' | 'plan' | 'serverId' | 'sort') => (value: string) =>
    show(readTenantSearch({ ...search, [name]: value }));
  return (
    <div role="search" className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
      <Field
        label={t`Slug or name`}
        type="search"
        value={words}
        onChange={({ target }) => type(target.value)}
        maxLength={200}
        autoFocus
      />
      <SelectField
        className="min-h-9!"
        label={t`Status`}
        value={search.status ?? ''}
        onChange={({ target }) => choose('status')(target.value)}
      >
        <option value="">{t`Every status`}</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {i18n._(statusLabels[status])}
          </option>
        ))}
      </SelectField>
      <SelectField
        className="min-h-9!"
        label={t`Plan`}
        value={search.plan ?? ''}
        onChange={({ target }) => choose('plan')(target.value)}
      >
        <option value="">{t`Every plan`}</option>
        {plans.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        className="min-h-9!"
        label={t`Server`}
        value={search.serverId ?? ''}
        onChange={({ target }) => choose('serverId')(target.value)}
      >
        <option value="">{t`Every server`}</option>
        {servers.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        className="min-h-9!"
        label={t`Order`}
        value={search.sort ?? '-createdAt'}
        onChange={({ target }) => choose('sort')(target.value)}
      >
        <option value="-createdAt">{t`Newest first`}</option>
        <option value="createdAt">{t`Oldest first`}</option>
        <option value="-updatedAt">{t`Changed last`}</option>
        <option value="slug">{t`By slug`}</option>
        <option value="name">{t`By name`}</option>
      </SelectField>
    </div>
  );
}
