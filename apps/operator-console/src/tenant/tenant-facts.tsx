import { Badge, Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, type Tenant, unwrap } from '../api/client.js';
import { Fact, Facts } from '../shared/facts.js';
import { sizeOf } from '../shared/size.js';
import { plansQuery, serversQuery } from '../tenants/tenant-queries.js';

export function TenantFacts({ tenant }: { tenant: Tenant }) {
  const { t, i18n } = useLingui();
  const { data: servers = [] } = useQuery(serversQuery);
  const { data: plans = [] } = useQuery(plansQuery);
  const plan = plans.find(({ name }) => name === tenant.plan);
  const connections = useConnections(tenant.id);
  const { limits, schemaVersion, schemaPending, credentialRotation, activatedAt, purgeAt } = tenant;
  const [used, whole] = [sizeOf(tenant.storageBytes, i18n.locale), sizeOf(limits.storageBytes, i18n.locale)];
  /** A limit that its plan does not have is its own. */
  const own = (name: keyof typeof limits) =>
    plan === undefined || plan.limits[name] === limits[name] ? null : (
      <>
        {' '}
        <Badge>
          <Trans>its own</Trans>
        </Badge>
      </>
    );
  return (
    <Facts>
      <Fact name={t`Plan`}>
        <Link to="/plans" className="text-accent-text underline">
          {tenant.plan}
        </Link>
      </Fact>
      <Fact name={t`Features`}>
        {plan === undefined || plan.features.length === 0 ? '–' : plan.features.join(', ')}
      </Fact>
      <Fact name={t`Server`}>{servers.find(({ id }) => id === tenant.serverId)?.name ?? tenant.serverId}</Fact>
      <Fact name={t`Database`}>{tenant.databaseName}</Fact>
      <Fact name={t`Connections now`}>
        <Trans>
          {connections ?? '–'} of {limits.maxConnections}
        </Trans>
        {own('maxConnections')}
      </Fact>
      <Fact name={t`Storage`}>
        <Trans>
          {used} of {whole}
        </Trans>
        {own('storageBytes')}
        <meter
          aria-label={t`Storage`}
          min={0}
          max={limits.storageBytes}
          high={limits.storageBytes * 0.9}
          value={tenant.storageBytes}
          className="mt-1 block w-full"
        />
      </Fact>
      <Fact name={t`Most requests a minute`}>
        {limits.requestsPerMinute === 0 ? t`No limit` : limits.requestsPerMinute.toLocaleString(i18n.locale)}
        {own('requestsPerMinute')}
      </Fact>
      <Fact name={t`Schema`}>
        {schemaVersion ?? '–'}
        {schemaPending === 0 ? null : ` (${t`${schemaPending} behind`})`}
      </Fact>
      <Fact name={t`Created`}>
        <Time at={tenant.createdAt} />
      </Fact>
      {activatedAt === null ? null : (
        <Fact name={t`Active since`}>
          <Time at={activatedAt} />
        </Fact>
      )}
      {credentialRotation === null ? null : (
        <Fact name={t`New credentials`}>
          {credentialRotation.state === 'PREPARING' ? t`Being prepared` : t`The former ones are being retired`}
          {credentialRotation.error === null ? null : ` · ${credentialRotation.error}`}
        </Fact>
      )}
      {purgeAt === null ? null : <Fact name={t`Purged on`}>{new Date(purgeAt).toLocaleString(i18n.locale)}</Fact>}
    </Facts>
  );
}

/** How many connections a tenant has at this moment; undefined while nobody knows, or when others have all the top places. */
function useConnections(id: string): number | undefined {
  const { data } = useQuery({
    queryKey: ['top', 'connections', 100],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/tenants/top', { params: { query: { by: 'connections', limit: 100 } }, signal })),
    refetchInterval: 10_000,
  });
  const found = data?.data.find(({ tenant }) => tenant.id === id)?.count;
  return found ?? (data !== undefined && data.data.length < 100 ? 0 : undefined);
}
