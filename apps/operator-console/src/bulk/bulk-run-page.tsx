import { Badge, Button, EmptyState, Failed, Page, Section, Time, useTitle, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { ListFilter } from '../shared/list-filter.js';
import { ProgressBar } from '../shared/progress-bar.js';
import { useParam } from '../shared/use-param.js';
import { actionLabels, bulkRunLabels, bulkRunTones } from './bulk-labels.js';
import { BulkSums, ItemBadge, ItemTenant, whyRefused } from './bulk-outcome.js';
import { bulkResultsList, bulkRunQuery, type Outcome } from './bulk-queries.js';

/** One run: how far it is, and what became of each tenant. */
export function BulkRunPage() {
  const { t } = useLingui();
  useTitle(t`Bulk run`);
  const run = useQuery(bulkRunQuery(useParam('id')));
  if (run.isPending) return <Waiting label={t`Loading…`} />;
  if (run.data === undefined) return <Failed error={run.error} onRetry={() => void run.refetch()} />;
  return <Content run={run.data} />;
}

function Content({ run }: { run: Schemas['BulkRunDto'] }) {
  const { t, i18n } = useLingui();
  const { change } = useMay();
  const { id, action, dryRun, status, progress, error, result, createdAt } = run;
  const cancel = useWrite(() => unwrap(api.POST('/api/v1/bulk-runs/{id}/cancel', { params: { path: { id } } })), {
    keys: [['bulk-runs']],
  });
  return (
    <Page
      wide
      title={t`Bulk run`}
      about={
        <Trans>
          Begun <Time at={createdAt} />
        </Trans>
      }
      action={
        change && status === 'RUNNING' ? (
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
            <Trans>Cancel the run</Trans>
          </Button>
        ) : null
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{i18n._(actionLabels[action])}</span>
        <Badge tone={bulkRunTones[status]}>{i18n._(bulkRunLabels[status])}</Badge>
        {dryRun ? (
          <Badge>
            <Trans>Dry run</Trans>
          </Badge>
        ) : null}
        {error === null ? null : <span className="min-w-0 break-words">{error.detail}</span>}
      </div>
      {result === null ? (
        <ProgressBar label={t`Tenants that had their turn`} done={progress.done} failed={0} total={progress.total} />
      ) : (
        <BulkSums sums={result} dryRun={dryRun} />
      )}
      <Section title={<Trans>Tenants</Trans>}>
        <Results id={id} dryRun={dryRun} isOver={status !== 'RUNNING'} />
      </Section>
    </Page>
  );
}

function Results({ id, dryRun, isOver }: { id: string; dryRun: boolean; isOver: boolean }) {
  const { t } = useLingui();
  const [outcome, choose] = useState<Outcome | ''>('');
  const list = useInfiniteQuery({ ...bulkResultsList(id, outcome), refetchInterval: isOver ? false : 2000 });
  const columns: readonly Column<Schemas['BulkItemDto']>[] = [
    { head: t`Tenant`, cell: (item) => <ItemTenant item={item} /> },
    { head: t`Outcome`, cell: (item) => <ItemBadge item={item} dryRun={dryRun} /> },
    { head: t`Why`, cell: whyRefused },
  ];
  return (
    <>
      <ListFilter label={t`Outcome`} value={outcome} onChoose={choose}>
        <option value="">{t`Every outcome`}</option>
        <option value="changed">{t`Changed`}</option>
        <option value="unchanged">{t`So already`}</option>
        <option value="refused">{t`Refused`}</option>
      </ListFilter>
      <DataTable
        caption={t`Tenants of this run`}
        list={list}
        columns={columns}
        keyOf={({ position }) => String(position)}
        empty={<EmptyState title={t`No tenant found`} />}
      />
    </>
  );
}
