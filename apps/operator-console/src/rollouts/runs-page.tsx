import { Button, Dialog, EmptyState, Page, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Rocket } from 'lucide-react';
import { useState } from 'react';
import type { MigrationRun } from '../api/client.js';
import { useMay } from '../session/session.js';
import { useCountColumns } from '../shared/count-columns.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { NewRunForm } from './new-run-form.js';
import { RunBadge } from './run-badge.js';
import { isUnended } from './run-labels.js';
import { runsList } from './run-queries.js';

/** What brings the tenants' databases to the newest schema, newest first. */
export function RunsPage() {
  const { t } = useLingui();
  useTitle(t`Migration runs`);
  const { change } = useMay();
  const navigate = useNavigate();
  const [begins, begin] = useState(false);
  const list = useInfiniteQuery({
    ...runsList(),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => isUnended(status))) ? 2000 : 15_000,
  });
  const columns: readonly Column<MigrationRun>[] = [
    {
      head: t`Begun`,
      cell: ({ id, createdAt }) => (
        <Link to="/migration-runs/$id" params={{ id }} className="text-accent-text underline">
          <Time at={createdAt} />
        </Link>
      ),
    },
    { head: t`Status`, cell: ({ status }) => <RunBadge status={status} /> },
    { head: t`To`, cell: ({ schemaVersion, dryRun }) => `${schemaVersion ?? '–'}${dryRun ? ` (${t`dry run`})` : ''}` },
    ...useCountColumns(),
  ];
  return (
    <Page
      wide
      title={t`Migration runs`}
      about={<Trans>They bring the tenants' databases to the newest schema while these serve.</Trans>}
      action={
        change ? (
          <Button look="primary" onClick={() => begin(true)}>
            <Trans>New run</Trans>
          </Button>
        ) : null
      }
    >
      <DataTable
        caption={t`Migration runs`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<Rocket aria-hidden />} title={t`No runs yet`}>
            <Trans>A run begins after a release that has migrations.</Trans>
          </EmptyState>
        }
      />
      <Dialog open={begins} onClose={() => begin(false)} title={t`New run`} closeLabel={t`Close`}>
        <NewRunForm onBegun={({ id }) => void navigate({ to: '/migration-runs/$id', params: { id } })} />
      </Dialog>
    </Page>
  );
}
