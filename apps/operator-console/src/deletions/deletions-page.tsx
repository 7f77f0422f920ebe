import { EmptyState, Field, Page, pages, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Eraser } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { type Column, DataTable } from '../shared/data-table.js';

const deletionsList = (slug: string) =>
  pages(['deletions', 'list', slug], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/deletion-certificates', {
        params: { query: { ...(slug === '' ? {} : { slug }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** The tenants that were purged: of their names only hashes are left, so one finds them by the whole slug. */
export function DeletionsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Purged tenants`);
  const [slug, type] = useState('');
  const list = useInfiniteQuery(deletionsList(useDeferredValue(slug.trim())));
  const time = (at: string) => new Date(at).toLocaleString(i18n.locale);
  const columns: readonly Column<Schemas['PurgedTenantDto']>[] = [
    {
      head: t`Tenant`,
      cell: ({ tenantId }) => (
        <Link to="/deletions/$id" params={{ id: tenantId }} className="text-accent-text underline">
          <code>{tenantId}</code>
        </Link>
      ),
    },
    { head: t`Created`, cell: ({ createdAt }) => time(createdAt) },
    { head: t`Deletion ordered`, cell: ({ deletedAt }) => time(deletedAt) },
    { head: t`Purged`, cell: ({ purgedAt }) => time(purgedAt) },
  ];
  return (
    <Page
      wide
      title={t`Purged tenants`}
      about={<Trans>What is gone, certified. Of their names only hashes are left.</Trans>}
    >
      <Field
        label={t`Slug that it had`}
        type="search"
        value={slug}
        onChange={({ target }) => type(target.value)}
        maxLength={50}
        hint={t`The whole one: parts cannot be found.`}
      />
      <DataTable
        caption={t`Purged tenants`}
        list={list}
        columns={columns}
        keyOf={({ tenantId }) => tenantId}
        empty={
          <EmptyState icon={<Eraser aria-hidden />} title={t`No purged tenant found`}>
            <Trans>Nobody was purged, or nobody of this slug.</Trans>
          </EmptyState>
        }
      />
    </Page>
  );
}
