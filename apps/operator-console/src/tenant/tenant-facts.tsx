import { Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type Tenant, unwrap } from '../api/client.js';
import { Fact, Facts } from '../shared/facts.js';
import { sizeOf } from '../shared/size.js';
import { serversQuery } from '../tenants/tenant-queries.js';

export function TenantFacts({ tenant }: { tenant: Tenant }) {
  const { t, i18n } = useLingui();
  const { data: servers = [] } = useQuery(serversQuery);
  const connections = useConnections(tenant.id);
  const { limits, schemaVersion, schemaPending, credentialRotation, activatedAt, purgeAt } = tenant;
  const [used, whole] = [sizeOf(tenant.storageBytes, i18n.locale), sizeOf(limits.storageBytes, i18n.locale)];
  return (
    <Facts>
      <Fact name={t`Plan`}>{tenant.plan}</Fact>
      <Fact name={t`Server`}>{servers.find(({ id }) => id === tenant.serverId)?.name ?? tenant.serverId}</Fact>
      <Fact name={t`Database`}>{tenant.databaseName}</Fact>
      <Fact name={t`Connections now`}>
        <Trans>
          {connections ?? '–'} of {limits.maxConnections}
        </Trans>
      </Fact>
      <Fact name={t`Storage`}>
        <Trans>
          {used} of {whole}
        </Trans>
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
