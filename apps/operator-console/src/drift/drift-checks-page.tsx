import { Button, Dialog, Editor, EmptyState, Field, Page, TextArea, textOf, Time, useTitle } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { namesIn } from '../shared/names.js';
import { DriftBadge } from './drift-badge.js';
import { driftChecksList } from './drift-queries.js';

/** Comparisons of tenants' schemas with their templates, newest first. */
export function DriftChecksPage() {
  const { t, i18n } = useLingui();
  useTitle(t`Schema drift`);
  const { change } = useMay();
  const [orders, order] = useState(false);
  const list = useInfiniteQuery({
    ...driftChecksList,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some(({ status }) => status === 'RUNNING')) ? 2000 : 15_000,
  });
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const columns: readonly Column<Schemas['DriftCheckDto']>[] = [
    {
      head: t`Begun`,
      cell: ({ id, createdAt }) => (
        <Link to="/drift/$id" params={{ id }} className="text-accent-text underline">
          <Time at={createdAt} />
        </Link>
      ),
    },
    { head: t`Result`, cell: (check) => <DriftBadge check={check} /> },
    {
      head: t`Compared`,
      isNumber: true,
      cell: ({ progress }) => (
        <Trans>
          {number(progress.done)} of {number(progress.total)}
        </Trans>
      ),
    },
    { head: t`Differ`, isNumber: true, cell: ({ progress }) => number(progress.drifted) },
    { head: t`Not compared`, isNumber: true, cell: ({ progress }) => number(progress.failed) },
  ];
  return (
    <Page
      wide
      title={t`Schema drift`}
      about={<Trans>Whether tenants' databases are as the migrations made them. Nothing is mended by itself.</Trans>}
      action={
        change ? (
          <Button look="primary" onClick={() => order(true)}>
            <Trans>New check</Trans>
          </Button>
        ) : null
      }
    >
      <DataTable
        caption={t`Drift checks`}
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={<GitCompareArrows aria-hidden />} title={t`No checks yet`}>
            <Trans>
              A check only reads. Each tenant that differs is an incident until a later check finds it mended.
            </Trans>
          </EmptyState>
        }
      />
      <Dialog open={orders} onClose={() => order(false)} title={t`New check`} closeLabel={t`Close`}>
        <NewCheckForm />
      </Dialog>
    </Page>
  );
}

function NewCheckForm() {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Editor
      read={read}
      save={(body, key) =>
        unwrap(api.POST('/api/v1/drift-checks', { params: { header: { 'Idempotency-Key': key } }, body }))
      }
      onSaved={({ id }) => void navigate({ to: '/drift/$id', params: { id } })}
      keys={[['drift-checks', 'list']]}
      action={<Trans>Begin the check</Trans>}
    >
      {(failure) => (
        <>
          <TextArea
            label={t`Tenants`}
            name="tenants"
            rows={2}
            hint={t`Their slugs, with commas between them. Leave it empty for all.`}
            error={failure?.problem.errors?.find(({ field }) => field.startsWith('tenants'))?.message}
          />
          <Field
            label={t`Of these by chance`}
            name="sample"
            type="number"
            min={1}
            max={10_000}
            hint={t`So many of them. Leave it empty for all.`}
            error={failure?.of('sample')}
          />
        </>
      )}
    </Editor>
  );
}

function read(form: HTMLFormElement): Schemas['CreateDriftCheckDto'] {
  const [tenants, sample] = [namesIn(textOf(form, 'tenants')), textOf(form, 'sample')];
  return {
    ...(tenants.length === 0 ? {} : { tenants: [...tenants] }),
    ...(sample === '' ? {} : { sample: Number(sample) }),
  };
}
