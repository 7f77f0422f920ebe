import { Failed, Page, Section, Time, useTitle, Waiting } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client.js';
import { ProgressBar } from '../shared/progress-bar.js';
import { TenantLink } from '../shared/tenant-link.js';
import { useParam } from '../shared/use-param.js';
import { Differences } from './differences.js';
import { DriftBadge } from './drift-badge.js';
import { driftCheckQuery } from './drift-queries.js';

/** One check: how far it is, which tenants differ in what, and which could not be compared. */
export function DriftCheckPage() {
  const { t } = useLingui();
  useTitle(t`Drift check`);
  const check = useQuery(driftCheckQuery(useParam('id')));
  if (check.isPending) return <Waiting label={t`Loading…`} />;
  if (check.data === undefined) return <Failed error={check.error} onRetry={() => void check.refetch()} />;
  return <Content check={check.data} />;
}

function Content({ check }: { check: Schemas['DriftReportDto'] }) {
  const { t, i18n } = useLingui();
  const { status, progress, createdAt } = check;
  const tenants = (check.result as readonly Schemas['TenantDriftDto'][] | null) ?? [];
  const [failed, drifted] = [
    tenants.filter(({ error }) => error !== null),
    tenants.filter(({ differenceCount }) => differenceCount > 0),
  ];
  const number = (value: number) => value.toLocaleString(i18n.locale);
  const isWrong = progress.failed + progress.drifted;
  return (
    <Page
      wide
      title={t`Drift check`}
      about={
        <Trans>
          Begun <Time at={createdAt} />
        </Trans>
      }
    >
      <div role="status" className="flex flex-wrap items-center gap-2">
        <DriftBadge check={check} />
        <Trans>
          {number(progress.done)} of {number(progress.total)} compared, {number(progress.drifted)} differ
        </Trans>
      </div>
      {status === 'RUNNING' ? (
        <ProgressBar
          label={t`Tenants that were compared`}
          done={progress.done - isWrong}
          failed={isWrong}
          total={progress.total}
        />
      ) : null}
      {drifted.map(({ tenantId, tenant, differences, differenceCount }) => (
        <Section key={tenantId} title={<TenantLink slug={tenant} />}>
          <p>
            <Plural value={differenceCount} one="# difference" other="# differences" />
            {differences.length < differenceCount ? <Trans>, the first {differences.length} of them:</Trans> : null}
          </p>
          <Differences differences={differences} />
        </Section>
      ))}
      {failed.length === 0 ? null : (
        <Section title={<Trans>Not compared</Trans>}>
          <ul className="flex flex-col gap-2">
            {failed.map(({ tenantId, tenant, error }) => (
              <li key={tenantId} className="min-w-0 break-words">
                <TenantLink slug={tenant} /> <span className="text-danger-text">{error}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
