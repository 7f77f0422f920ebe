import { Badge, Button, Failed, Section, Time, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMay } from '../session/session.js';
import { PlainTable } from '../shared/plain-table.js';
import { TenantLink } from '../shared/tenant-link.js';
import { isolationLabels } from './check-labels.js';

const queryKey = ['isolation'];

/** What PostgreSQL did not refuse to tenants' roles. */
export function Isolation() {
  const { t } = useLingui();
  const { change } = useMay();
  const isolation = useQuery({
    queryKey,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/isolation', { signal })),
    refetchInterval: 30_000,
  });
  const probe = useWrite(() => unwrap(api.POST('/api/v1/isolation/run')), {
    keys: [queryKey, ['incidents'], ['fleet']],
  });
  return (
    <Section title={<Trans>Isolation of the tenants</Trans>}>
      {isolation.isPending ? (
        <Waiting label={t`Loading…`} />
      ) : isolation.data === undefined ? (
        <Failed error={isolation.error} onRetry={() => void isolation.refetch()} />
      ) : (
        <Report isolation={isolation.data} />
      )}
      {change ? (
        <div>
          <Button disabled={probe.isPending} onClick={() => probe.mutate(undefined)}>
            {probe.isPending ? <Trans>Probing…</Trans> : <Trans>Probe now</Trans>}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

function Report({ isolation }: { isolation: Schemas['IsolationDto'] }) {
  const { t, i18n } = useLingui();
  const { status, checks, breaches, lockedOut, undecided, overdue } = isolation;
  const [tone, label] = isolationLabels[status];
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <>
      <p role="status" className="flex flex-wrap items-center gap-2">
        <Badge tone={tone}>{i18n._(label)}</Badge>
        {overdue === 0 ? null : <Trans>{number(overdue)} active tenants have had no verdict for an hour.</Trans>}
      </p>
      <PlainTable
        caption={t`Probes of the servers`}
        heads={[t`Server`, t`Last probe`, t`Tenants`, t`Attempts`, t`Not tried`, t`Error`]}
        rows={checks.map(({ server, checkedAt, tenants, attempts, notTried, error }) => [
          server,
          checkedAt === null ? t`never` : <Time key="at" at={checkedAt} />,
          number(tenants),
          number(attempts),
          number(notTried),
          error ?? '–',
        ])}
      />
      <Found title={t`Breaches`} count={breaches.length}>
        {breaches.map(({ tenantId, tenantSlug, attempt, target, firstSeenAt }) => (
          <Item key={`${tenantId} ${attempt} ${target}`} slug={tenantSlug} at={firstSeenAt}>
            <code className="break-all">
              {attempt} → {target}
            </code>
          </Item>
        ))}
      </Found>
      <Found title={t`Locked out`} count={lockedOut.length}>
        {lockedOut.map(({ tenantId, tenantSlug, since, reason }) => (
          <Item key={tenantId} slug={tenantSlug} at={since}>
            {reason}
          </Item>
        ))}
      </Found>
      <Found title={t`Without a verdict`} count={undecided.length}>
        {undecided.map(({ tenantId, tenantSlug, attemptedAt, reason }) => (
          <Item key={tenantId} slug={tenantSlug} at={attemptedAt}>
            {reason}
          </Item>
        ))}
      </Found>
    </>
  );
}

function Found({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <div>
      <h3 className="text-xs font-medium text-muted">{title}</h3>
      <ul className="flex flex-col divide-y divide-line">{children}</ul>
    </div>
  );
}

function Item({ slug, at, children }: { slug: string; at: string; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-1.5">
      <TenantLink slug={slug} />
      <span className="min-w-0 flex-1 break-words">{children}</span>
      <span className="text-muted">
        <Time at={at} />
      </span>
    </li>
  );
}
