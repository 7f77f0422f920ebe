import { Badge, Button, pages, Section, Time, useWrite } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { type Column, DataTable } from '../shared/data-table.js';
import { ListFilter } from '../shared/list-filter.js';
import { serversQuery } from '../tenants/tenant-queries.js';
import { AdoptDialog } from './adopt-dialog.js';
import { reconciliationLabels, remedyLabels, resolutionLabels } from './check-labels.js';

type Finding = Schemas['FindingDto'];
type State = 'open' | 'resolved';

const queryKey = ['reconciliation'];

const findings = (state: State) =>
  pages([...queryKey, state], (cursor, signal) =>
    unwrap(api.GET('/api/v1/reconciliation', { params: { query: { state, limit: 50, cursor } }, signal })),
  );

/** Where catalog, servers and queues differ. */
export function Reconciliation() {
  const { t } = useLingui();
  const { change } = useMay();
  const [state, choose] = useState<State>('open');
  const [adopted, adopt] = useState<Finding>();
  const list = useInfiniteQuery({ ...findings(state), refetchInterval: 30_000 });
  const comparison = useWrite(() => unwrap(api.POST('/api/v1/reconciliation/run')), {
    keys: [queryKey, ['incidents'], ['fleet']],
  });
  // Each page of the list is a report too.
  const report = list.data?.pages[0] as Schemas['ReconciliationDto'] | undefined;
  return (
    <Section title={<Trans>Catalog, servers and queues</Trans>}>
      {report === undefined ? null : <Verdict report={report} />}
      <ListFilter label={t`State`} value={state} onChoose={(next) => choose(next === '' ? 'open' : next)}>
        <option value="open">{t`Open`}</option>
        <option value="resolved">{t`Over`}</option>
      </ListFilter>
      <DataTable
        caption={t`Differences`}
        list={list}
        columns={useColumns(adopt)}
        keyOf={({ id }) => id}
        empty={
          <p className="text-muted">
            <Trans>No differences</Trans>
          </p>
        }
      />
      {change ? (
        <div>
          <Button disabled={comparison.isPending} onClick={() => comparison.mutate(undefined)}>
            {comparison.isPending ? <Trans>Comparing…</Trans> : <Trans>Compare now</Trans>}
          </Button>
        </div>
      ) : null}
      {adopted === undefined ? null : <AdoptDialog finding={adopted} onClose={() => adopt(undefined)} />}
    </Section>
  );
}

function Verdict({ report: { status, checks } }: { report: Pick<Schemas['ReconciliationDto'], 'status' | 'checks'> }) {
  const { t, i18n } = useLingui();
  const { data: servers = [] } = useQuery(serversQuery);
  const [tone, label] = reconciliationLabels[status];
  const nameOf = (id: string | null) =>
    id === null ? t`Queues` : (servers.find((server) => server.id === id)?.name ?? id);
  return (
    <div>
      <p role="status">
        <Badge tone={tone}>{i18n._(label)}</Badge>
      </p>
      <ul className="mt-2 flex flex-col gap-1 text-muted">
        {checks.map(({ serverId, checkedAt, error }) => (
          <li key={serverId ?? 'queues'} className="break-words">
            {nameOf(serverId)}:{' '}
            {checkedAt === null ? (
              t`never compared`
            ) : (
              <Trans>
                compared <Time at={checkedAt} />
              </Trans>
            )}
            {error === null ? null : <span className="text-danger-text"> · {error}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function useColumns(adopt: (finding: Finding) => void): readonly Column<Finding>[] {
  const { t, i18n } = useLingui();
  const { own } = useMay();
  return [
    {
      head: t`What`,
      cell: ({ kind, subject }) => (
        <>
          {kind}
          <code className="block break-all font-normal text-muted">{subject}</code>
        </>
      ),
    },
    {
      head: t`Details`,
      cell: ({ detail, error }) => (
        <>
          {detail}
          {error === null ? null : <p className="text-danger-text">{error}</p>}
        </>
      ),
    },
    { head: t`First seen`, cell: ({ firstSeenAt }) => <Time at={firstSeenAt} /> },
    {
      head: t`What happens`,
      cell: (finding) =>
        finding.resolution !== null ? (
          i18n._(resolutionLabels[finding.resolution])
        ) : own && finding.kind === 'unknown_tenant_database' ? (
          <Button small aria-label={t`Adopt ${finding.subject}`} onClick={() => adopt(finding)}>
            <Trans>Adopt…</Trans>
          </Button>
        ) : (
          i18n._(remedyLabels[finding.action])
        ),
    },
  ];
}
