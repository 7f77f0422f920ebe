import { Badge, Button, Confirm, Failed, Page, Section, Time, useTitle, useWrite, Waiting } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { api, type MigrationRun, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { Fact, Facts } from '../shared/facts.js';
import { useParam } from '../shared/use-param.js';
import { RunBadge } from './run-badge.js';
import { RunCauses } from './run-causes.js';
import { ordersIn, type RunOrder } from './run-labels.js';
import { RunProgress } from './run-progress.js';
import { useRun } from './run-queries.js';
import { RunTenants } from './run-tenants.js';

/** One run, live: how far it is, why it failed where it failed, and the orders that it takes now. */
export function RunPage() {
  const { t } = useLingui();
  const id = useParam('id');
  useTitle(t`Migration run`);
  const run = useRun(id);
  if (run.isPending) return <Waiting label={t`Loading…`} />;
  if (run.data === undefined) return <Failed error={run.error} onRetry={() => void run.refetch()} />;
  return <Content run={run.data} />;
}

function Content({ run }: { run: MigrationRun }) {
  const { t, i18n } = useLingui();
  const { change } = useMay();
  const { status, statusReason, schemaVersion, soakUntil, counts, rate, eta } = run;
  const time = (at: string) => new Date(at).toLocaleTimeString(i18n.locale);
  return (
    <Page
      wide
      title={t`Migration run`}
      about={
        <Trans>
          To {schemaVersion ?? '–'}, begun <Time at={run.createdAt} />
        </Trans>
      }
    >
      <div role="status" className="flex flex-wrap items-center gap-2">
        <RunBadge status={status} />
        {run.dryRun ? (
          <Badge>
            <Trans>Dry run</Trans>
          </Badge>
        ) : null}
        {statusReason === null ? null : <span className="min-w-0 break-words">{statusReason}</span>}
        {soakUntil === null ? null : (
          <span className="text-muted">
            <Trans>until {time(soakUntil)}</Trans>
          </span>
        )}
      </div>
      {change ? <Orders run={run} /> : null}
      <Section title={<Trans>Progress</Trans>}>
        <RunProgress run={run} />
        <Facts>
          <Fact name={t`Attempt`}>{run.attempt}</Fact>
          <Fact name={t`Tenants a minute`}>
            {rate === null ? '–' : rate.toLocaleString(i18n.locale, { maximumFractionDigits: 1 })}
          </Fact>
          <Fact name={t`Over at about`}>{eta === null ? '–' : time(eta)}</Fact>
          <Fact name={t`Soak`}>{run.soak ?? t`None`}</Fact>
          <Fact name={t`Failures that halt it`}>{run.maxFailures ?? t`No limit`}</Fact>
          <Fact name={t`At the same time`}>{run.perServer ?? run.concurrency}</Fact>
        </Facts>
      </Section>
      {counts.failed > 0 ? (
        <Section title={<Trans>Causes</Trans>}>
          <RunCauses id={run.id} />
        </Section>
      ) : null}
      <Section title={<Trans>Tenants</Trans>}>
        <RunTenants id={run.id} />
      </Section>
    </Page>
  );
}

const orderLabels: Readonly<Record<RunOrder, MessageDescriptor>> = {
  pause: msg`Pause`,
  resume: msg`Resume`,
  advance: msg`Skip the rest of the soak`,
  cancel: msg`Cancel the run`,
  retry: msg`Try again`,
};

function Orders({ run: { id, status } }: { run: MigrationRun }) {
  const { t, i18n } = useLingui();
  const [cancels, cancel] = useState(false);
  const params = { path: { id } };
  const give = useWrite(
    (order: RunOrder) => {
      switch (order) {
        case 'pause':
          return unwrap(api.POST('/api/v1/migration-runs/{id}/pause', { params }));
        case 'resume':
          return unwrap(api.POST('/api/v1/migration-runs/{id}/resume', { params }));
        case 'advance':
          return unwrap(api.POST('/api/v1/migration-runs/{id}/advance', { params }));
        case 'cancel':
          return unwrap(api.POST('/api/v1/migration-runs/{id}/cancel', { params }));
        case 'retry':
          return unwrap(api.POST('/api/v1/migration-runs/{id}/retry', { params }));
      }
    },
    { keys: [['runs']], onDone: () => cancel(false) },
  );
  const orders = ordersIn[status];
  return orders.length === 0 ? null : (
    <div className="flex flex-wrap gap-2">
      {orders.map((order) => (
        <Button
          key={order}
          look={order === 'resume' || order === 'retry' ? 'primary' : 'plain'}
          disabled={give.isPending}
          onClick={() => (order === 'cancel' ? cancel(true) : give.mutate(order))}
        >
          {i18n._(orderLabels[order])}
        </Button>
      ))}
      <Confirm
        open={cancels}
        title={t`Cancel the run`}
        action={<Trans>Cancel the run</Trans>}
        disabled={give.isPending}
        onConfirm={() => give.mutate('cancel')}
        onClose={() => cancel(false)}
      >
        <p>
          <Trans>Tenants that are done keep the new schema. The others wait for another run.</Trans>
        </p>
      </Confirm>
    </div>
  );
}
