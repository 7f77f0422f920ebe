import { Failed, Page, Section, Time, useTitle, Waiting } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.js';
import { durationOf } from '../shared/duration.js';
import { Fact, Facts } from '../shared/facts.js';
import { ProgressBar } from '../shared/progress-bar.js';
import { sizeOf } from '../shared/size.js';
import { useParam } from '../shared/use-param.js';
import { RehearsalBadge } from './rehearsal-badge.js';
import { rehearsalQuery } from './rehearsal-queries.js';
import { RehearsedTenant } from './rehearsed-tenant.js';

type Rehearsal = Schemas['RehearsalReportDto'];

/** One rehearsal: what a run would take, and what happened on each copy. */
export function RehearsalPage() {
  const { t } = useLingui();
  useTitle(t`Rehearsal`);
  const rehearsal = useQuery(rehearsalQuery(useParam('id')));
  if (rehearsal.isPending) return <Waiting label={t`Loading…`} />;
  if (rehearsal.data === undefined) return <Failed error={rehearsal.error} onRetry={() => void rehearsal.refetch()} />;
  return <Content rehearsal={rehearsal.data} />;
}

function Content({ rehearsal }: { rehearsal: Rehearsal }) {
  const { t } = useLingui();
  const { status, migrations, progress, createdAt } = rehearsal;
  const tenants = rehearsal.result as readonly Schemas['RehearsedTenantDto'][] | null;
  const { done, failed, total } = progress;
  return (
    <Page
      wide
      title={t`Rehearsal`}
      about={
        <Trans>
          Begun <Time at={createdAt} />
        </Trans>
      }
    >
      {/* Without something that takes the focus, nobody could scroll a long list by keyboard. */}
      <Link to="/rehearsals" className="self-start text-accent-text underline">
        <Trans>Rehearsals</Trans>
      </Link>
      <div role="status" className="flex flex-wrap items-center gap-2">
        <RehearsalBadge rehearsal={rehearsal} />
        {status === 'RUNNING' && total > 0 ? (
          <Trans>
            {done} of {total} copies are over
          </Trans>
        ) : null}
      </div>
      {status === 'RUNNING' ? (
        <ProgressBar label={t`Copies that are over`} done={done - failed} failed={failed} total={total} />
      ) : (
        <Section title={<Trans>What a run would take</Trans>}>
          <Forecast rehearsal={rehearsal} />
        </Section>
      )}
      {tenants === null ? null : (
        <Section title={<Trans>On the copies</Trans>}>
          {tenants.map((tenant) => (
            <RehearsedTenant key={tenant.tenantId} tenant={tenant} />
          ))}
        </Section>
      )}
      <Section title={<Plural value={migrations.length} one="# migration" other="# migrations" />}>
        <ul className="flex flex-col gap-1">
          {migrations.map((name) => (
            <li key={name}>
              <code className="break-all">{name}</code>
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

function Forecast({ rehearsal: { forecast, migrations } }: { rehearsal: Rehearsal }) {
  const { t, i18n } = useLingui();
  if (forecast === null)
    return (
      <p>
        {migrations.length === 0 ? (
          <Trans>No tenant lacks a migration.</Trans>
        ) : (
          <Trans>There is no forecast: no copy took the migrations.</Trans>
        )}
      </p>
    );
  const { tenants, concurrency, durationMs, longestMs, sizeChange } = forecast;
  return (
    <>
      <Facts>
        <Fact name={t`Tenants that lack something`}>{tenants.toLocaleString(i18n.locale)}</Fact>
        <Fact name={t`At the same time on each server`}>{concurrency}</Fact>
        <Fact name={t`All together`}>{durationOf(durationMs, i18n.locale)}</Fact>
        <Fact name={t`The slowest tenant`}>{durationOf(longestMs, i18n.locale)}</Fact>
        <Fact name={t`Growth of all databases`}>{sizeOf(sizeChange, i18n.locale)}</Fact>
      </Facts>
      <p>
        <Link to="/migration-runs" className="text-accent-text underline">
          <Trans>Migration runs</Trans>
        </Link>
      </p>
    </>
  );
}
