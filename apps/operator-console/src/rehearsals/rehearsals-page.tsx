import { Button, Dialog, EmptyState, Page, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../api/client.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { NewRehearsalForm } from './new-rehearsal-form.js';
import { RehearsalBadge } from './rehearsal-badge.js';
import { rehearsalsList } from './rehearsal-queries.js';

/** Migrations tried on copies of tenants, newest first. */
export function RehearsalsPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Rehearsals`);
  const { change } = useMay();
  const navigate = useNavigate();
  const [begins, begin] = useState(false);
  const list = useInfiniteQuery({
    ...rehearsalsList,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => status === 'RUNNING')) ? 2000 : 15_000,
  });
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const columns: readonly Column<Schemas['RehearsalDto']>[] = [
    {
      head: t`Begun`,
      cell: ({ id, createdAt }) => (
        <Link to="/rehearsals/$id" params={{ id }} className="text-accent-text underline">
          <Time at={createdAt} />
        </Link>
      ),
    },
    { head: t`Status`, cell: (rehearsal) => <RehearsalBadge rehearsal={rehearsal} /> },
    { head: t`Migrations`, isNumber: true, cell: ({ migrations }) => number(migrations.length) },
    {
      head: t`Copies`,
      isNumber: true,
      cell: ({ progress }) => (
        <Trans>
          {number(progress.done)} of {number(progress.total)}
        </Trans>
      ),
    },
    { head: t`Failed`, isNumber: true, cell: ({ progress }) => number(progress.failed) },
  ];
  return (
    <Page
      wide
      title={t`Rehearsals`}
      about={<Trans>Migrations tried on copies of tenants, before a run brings them to everybody.</Trans>}
      action={
        change ? (
          <Button look="primary" onClick={() => begin(true)}>
            <Trans>New rehearsal</Trans>
          </Button>
        ) : null
      }
    >
      <DataTable
        caption={t`Rehearsals`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<FlaskConical aria-hidden />} title={t`No rehearsals yet`}>
            <Trans>Rehearse before a run: it says what will be locked, what fails, and how long it takes.</Trans>
          </EmptyState>
        }
      />
      <Dialog open={begins} onClose={() => begin(false)} title={t`New rehearsal`} closeLabel={t`Close`}>
        <NewRehearsalForm onBegun={({ id }) => void navigate({ to: '/rehearsals/$id', params: { id } })} />
      </Dialog>
    </Page>
  );
}
