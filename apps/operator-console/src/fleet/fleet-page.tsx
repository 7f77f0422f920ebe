import { Failed, Page, Section, Time, useTitle, Waiting } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { type UseQueryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IncidentItem } from '../incidents/incident-item.js';
import { RunBadge } from '../rollouts/run-badge.js';
import { ServerRoom } from '../servers/server-room.js';
import { statusLabels } from '../tenants/tenant-labels.js';
import { serversQuery } from '../tenants/tenant-queries.js';
import { busiestTenants, latestRun, newestMigrations, openIncidents, tenantCounts } from './fleet-queries.js';

/** What needs somebody, then the fleet by status, server and schema. */
export function FleetPage() {
  const { t } = useLingui();
  useTitle(t`Fleet`);
  return (
    <Page wide title={t`Fleet`}>
      <Section title={<Trans>What needs somebody</Trans>}>
        <Needs />
      </Section>
      <Section title={<Trans>Tenants</Trans>}>
        <Statuses />
      </Section>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Section title={<Trans>Database servers</Trans>}>
          <Loaded query={serversQuery}>
            {(servers) => (
              <ul className="flex flex-col gap-3">
                {servers.map((server) => (
                  <li key={server.id}>
                    <ServerRoom server={server} />
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </Section>
        <Section title={<Trans>Schema</Trans>}>
          <Schema />
        </Section>
        <Section title={<Trans>Latest migration run</Trans>}>
          <LatestRun />
        </Section>
        <Section title={<Trans>Busiest tenants</Trans>}>
          <Busiest />
        </Section>
      </div>
    </Page>
  );
}

interface LoadedProps<Data, Kept, Key extends readonly unknown[]> {
  readonly query: UseQueryOptions<Data, Error, Kept, Key>;
  readonly children: (data: Kept) => ReactNode;
}

/** One part of the page with its states; the others do not wait for it. */
function Loaded<Data, Kept, Key extends readonly unknown[]>({ query, children }: LoadedProps<Data, Kept, Key>) {
  const { t } = useLingui();
  const result = useQuery(query);
  if (result.isPending) return <Waiting label={t`Loading…`} />;
  if (result.data === undefined) return <Failed error={result.error} onRetry={() => void result.refetch()} />;
  return children(result.data);
}

function Needs() {
  return (
    <Loaded query={openIncidents}>
      {({ data, meta }) =>
        data.length === 0 ? (
          <p>
            <Trans>Nothing: no incident is open.</Trans>
          </p>
        ) : (
          <>
            <ul className="flex flex-col divide-y divide-line">
              {data.map((incident) => (
                <IncidentItem key={incident.id} incident={incident} />
              ))}
            </ul>
            {(meta.total ?? 0) > data.length ? (
              <Link to="/incidents" className="text-accent-text underline">
                <Plural value={meta.total ?? 0} one="# open incident" other="# open incidents" />
              </Link>
            ) : null}
          </>
        )
      }
    </Loaded>
  );
}

function Statuses() {
  const { i18n } = useLingui();
  return (
    <Loaded query={tenantCounts}>
      {({ counts }) => (
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
          {counts.map(({ status, count }) => (
            <div key={status}>
              <dt className="text-xs font-medium text-muted">{i18n._(statusLabels[status])}</dt>
              <dd className="text-2xl font-semibold tabular-nums">
                <Link to="/tenants" search={{ status }} className="hover:underline">
                  {count.toLocaleString(i18n.locale)}
                </Link>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Loaded>
  );
}

function Schema() {
  const { i18n } = useLingui();
  const { data: fleet } = useQuery(tenantCounts);
  return (
    <Loaded query={newestMigrations}>
      {({ data }) => (
        <ul className="flex flex-col divide-y divide-line">
          {data.map(({ name, tenants }) => (
            <li key={name} className="flex flex-wrap items-center justify-between gap-2 py-1.5">
              <Link
                to="/tenants"
                search={{ schemaVersion: name }}
                className="min-w-0 break-words text-accent-text underline"
              >
                {name}
              </Link>
              <span className="text-muted tabular-nums">
                {fleet === undefined ? (
                  tenants.toLocaleString(i18n.locale)
                ) : (
                  <Trans>
                    {tenants.toLocaleString(i18n.locale)} of {fleet.all.toLocaleString(i18n.locale)}
                  </Trans>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function LatestRun() {
  const { i18n } = useLingui();
  return (
    <Loaded query={latestRun}>
      {({ data: [run] }) =>
        run === undefined ? (
          <p className="text-muted">
            <Trans>There was none yet.</Trans>
          </p>
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            <Link to="/migration-runs/$id" params={{ id: run.id }} className="text-accent-text underline">
              <Time at={run.createdAt} />
            </Link>
            <RunBadge status={run.status} />
            <span className="tabular-nums">
              <Trans>
                {run.counts.done.toLocaleString(i18n.locale)} of {run.counts.total.toLocaleString(i18n.locale)}
              </Trans>
            </span>
            {run.statusReason === null ? null : <p className="w-full break-words text-muted">{run.statusReason}</p>}
          </div>
        )
      }
    </Loaded>
  );
}

function Busiest() {
  return (
    <Loaded query={busiestTenants}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-muted">
            <Trans>No requests in the last five minutes.</Trans>
          </p>
        ) : (
          <ol className="flex flex-col divide-y divide-line">
            {data.map(({ tenant: { id, slug }, count }) => (
              <li key={id} className="flex items-center justify-between gap-2 py-1.5">
                <Link to="/tenants/$slug" params={{ slug }} className="text-accent-text underline">
                  {slug}
                </Link>
                <span className="text-muted tabular-nums">
                  <Plural value={count} one="# request" other="# requests" />
                </span>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}
