import { sentenceOf } from '@helpdeskly/ui';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type DatabaseServer, unwrap } from '../api/client.js';
import { TenantLink } from '../shared/tenant-link.js';

const busiest = 5;

/** How many connections a server has now, and the tenants with most of them; the server itself is asked. */
export function ServerSessions({ server: { id, name } }: { server: DatabaseServer }) {
  const { t, i18n } = useLingui();
  const { data, error } = useQuery({
    queryKey: ['servers', 'connections', id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/database-servers/{id}/connections', {
          params: { path: { id }, query: { limit: busiest } },
          signal,
        }),
      ),
    refetchInterval: 10_000,
  });
  if (error !== null) return <p className="text-danger-text">{sentenceOf(error)}</p>;
  if (data === undefined) return null;
  const { used, max, reserved, tenants } = data;
  const number = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <div>
      <meter
        aria-label={t`Connections to ${name}`}
        min={0}
        max={max}
        high={max * 0.85}
        value={used}
        className="block w-full"
      />
      <p className="text-xs text-muted tabular-nums">
        <Trans>
          {number(used)} of {number(max)} connections, {number(reserved)} of them kept for administration
        </Trans>
      </p>
      {tenants.length === 0 ? null : (
        <ol aria-label={t`Tenants with most connections to ${name}`} className="mt-2 flex flex-wrap gap-x-4 gap-y-1">
          {tenants.map(({ tenant, count }) => (
            <li key={tenant.id} className="tabular-nums">
              <TenantLink slug={tenant.slug} />{' '}
              <span className="text-muted">
                <Plural value={count} one="# connection" other="# connections" />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
