import { Button, Failed, Page, Section, Time, useTitle, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { ProgressBar } from '../shared/progress-bar.js';
import { TenantLink } from '../shared/tenant-link.js';
import { useParam } from '../shared/use-param.js';
import { RotationBadge } from './rotation-badge.js';
import { rotationKeys, rotationQuery } from './rotation-queries.js';

/** One rotation: how far it is, and which tenants failed. */
export function RotationPage() {
  const { t } = useLingui();
  useTitle(t`Credential rotation`);
  const rotation = useQuery(rotationQuery(useParam('id')));
  if (rotation.isPending) return <Waiting label={t`Loading…`} />;
  if (rotation.data === undefined) return <Failed error={rotation.error} onRetry={() => void rotation.refetch()} />;
  return <Content rotation={rotation.data} />;
}

function Content({ rotation }: { rotation: Schemas['CredentialRotationReportDto'] }) {
  const { t, i18n } = useLingui();
  const { change } = useMay();
  const { id, status, counts, failures, createdAt } = rotation;
  const cancel = useWrite(
    () => unwrap(api.POST('/api/v1/credential-rotations/{id}/cancel', { params: { path: { id } } })),
    { keys: rotationKeys },
  );
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <Page
      wide
      title={t`Credential rotation`}
      about={
        <Trans>
          Begun <Time at={createdAt} />
        </Trans>
      }
      action={
        change && status === 'RUNNING' ? (
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate(undefined)}>
            <Trans>Cancel the rotation</Trans>
          </Button>
        ) : null
      }
    >
      <Link to="/credential-rotations" className="self-start text-accent-text underline">
        <Trans>Credential rotations</Trans>
      </Link>
      <div role="status" className="flex flex-wrap items-center gap-2">
        <RotationBadge status={status} />
        <span className="tabular-nums">
          <Trans>
            {number(counts.done)} of {number(counts.total)} done, {number(counts.failed)} failed
          </Trans>
        </span>
      </div>
      <ProgressBar
        label={t`Tenants that had their turn`}
        done={counts.done}
        failed={counts.failed}
        total={counts.total}
      />
      {failures.length === 0 ? null : (
        <Section title={<Trans>Failed</Trans>}>
          <p className="text-muted">
            <Trans>The former credentials serve on; these tenants are tried again by themselves.</Trans>
          </p>
          <ul className="flex flex-col divide-y divide-line">
            {failures.map(({ tenantId, tenantSlug, error }) => (
              <li key={tenantId} className="flex flex-wrap gap-x-4 gap-y-1 py-1.5">
                <TenantLink slug={tenantSlug} />
                <span className="min-w-0 break-words text-muted">{error}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}
