import { Badge, EmptyState, Page, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Layers } from 'lucide-react';
import type { Schemas } from '../api/client.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { actionLabels, bulkRunLabels, bulkRunTones } from './bulk-labels.js';
import { bulkRunsList } from './bulk-queries.js';

/** Work on more than 100 tenants, newest first. */
export function BulkRunsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Bulk runs`);
  const list = useInfiniteQuery({
    ...bulkRunsList,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => status === 'RUNNING')) ? 2000 : 15_000,
  });
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const columns: readonly Column<Schemas['BulkRunDto']>[] = [
    {
      head: t`Begun`,
      cell: ({ id, createdAt }) => (
        <Link to="/bulk-runs/$id" params={{ id }} className="text-accent-text underline">
          <Time at={createdAt} />
        </Link>
      ),
    },
    {
      head: t`Action`,
      cell: ({ action, dryRun }) => `${i18n._(actionLabels[action])}${dryRun ? ` (${t`dry run`})` : ''}`,
    },
    {
      head: t`Status`,
      cell: ({ status }) => <Badge tone={bulkRunTones[status]}>{i18n._(bulkRunLabels[status])}</Badge>,
    },
    {
      head: t`Done`,
      isNumber: true,
      cell: ({ progress }) => (
        <Trans>
          {number(progress.done)} of {number(progress.total)}
        </Trans>
      ),
    },
  ];
  return (
    <Page
      wide
      title={t`Bulk runs`}
      about={<Trans>Changes of more than 100 tenants at once. Choose tenants in their list to begin one.</Trans>}
    >
      <DataTable
        caption={t`Bulk runs`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<Layers aria-hidden />} title={t`No runs yet`}>
            <Trans>Up to 100 tenants are changed at once, without a run.</Trans>
          </EmptyState>
        }
      />
    </Page>
  );
}
