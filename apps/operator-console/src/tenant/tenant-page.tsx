import { ApiFailure, Failed, Page, Section, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Tenant } from '../api/client.js';
import { useMay } from '../session/session.js';
import { useParam } from '../shared/use-param.js';
import { tenantQuery } from '../tenants/tenant-queries.js';
import { TenantStatusBadge } from '../tenants/tenant-status-badge.js';
import { ProvisioningSteps } from './provisioning-steps.js';
import { TenantActions } from './tenant-actions.js';
import { Moves } from '../moves/moves-section.js';
import { TenantBackups } from './tenant-backups.js';
import { TenantDrift } from './tenant-drift.js';
import { TenantEvents } from './tenant-events.js';
import { TenantFacts } from './tenant-facts.js';
import { TenantUsage } from './tenant-usage.js';

/** One tenant: what it is, what happens to it, and what an operator does with it. */
export function TenantPage() {
  const { t } = useLingui();
  const slug = useParam('slug');
  useTitle(slug);
  const tenant = useQuery(tenantQuery(slug));
  if (tenant.isPending) return <Waiting label={t`Loading…`} />;
  // A tenant that was purged while somebody looked at it is gone.
  const isGone = tenant.error instanceof ApiFailure && tenant.error.status === 404;
  if (tenant.data === undefined || isGone)
    return (
      <>
        <Failed error={tenant.error} onRetry={() => void tenant.refetch()} />
        {tenant.data === undefined ? null : (
          <p className="text-center">
            <Link to="/deletions/$id" params={{ id: tenant.data.id }} className="text-accent-text underline">
              <Trans>Certificate of deletion</Trans>
            </Link>
          </p>
        )}
      </>
    );
  return <Content key={tenant.data.id} tenant={tenant.data} />;
}

function Content({ tenant }: { tenant: Tenant }) {
  const { change } = useMay();
  const { name, slug, status, statusReason, appUrl, provisioning } = tenant;
  const hasDatabase = tenant.activatedAt !== null;
  return (
    <Page
      wide
      title={name}
      about={
        <>
          {slug} ·{' '}
          <a href={appUrl} className="text-accent-text underline">
            {appUrl}
          </a>
        </>
      }
    >
      <div role="status" className="flex flex-wrap items-center gap-2">
        <TenantStatusBadge status={status} />
        {statusReason === null ? null : <span className="min-w-0 break-words text-muted">{statusReason}</span>}
      </div>
      {change ? <TenantActions tenant={tenant} /> : null}
      {status === 'PROVISIONING' || status === 'FAILED' ? (
        <Section title={<Trans>How it is made</Trans>}>
          <ProvisioningSteps provisioning={provisioning} />
        </Section>
      ) : null}
      <Section title={<Trans>At a glance</Trans>}>
        <TenantFacts tenant={tenant} />
      </Section>
      {hasDatabase ? (
        <>
          <Section title={<Trans>Usage by day</Trans>}>
            <TenantUsage slug={slug} />
          </Section>
          <Section title={<Trans>Backups</Trans>}>
            <TenantBackups tenant={tenant} />
          </Section>
          <Section title={<Trans>Moves</Trans>}>
            <Moves tenantId={tenant.id} />
          </Section>
          <Section title={<Trans>Schema drift</Trans>}>
            <TenantDrift slug={slug} />
          </Section>
        </>
      ) : null}
      <Section title={<Trans>What happened</Trans>}>
        <TenantEvents slug={slug} />
      </Section>
    </Page>
  );
}
