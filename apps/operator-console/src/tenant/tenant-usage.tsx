import { Button, Failed, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { download } from '../shared/download.js';
import { sizeOf } from '../shared/size.js';

const days = 14;
const daysInFile = 365;
const dayMs = 86_400_000;

/** What a tenant used, by day (UTC), newest first. */
export function TenantUsage({ slug }: { slug: string }) {
  const { t, i18n } = useLingui();
  const usage = useQuery({
    queryKey: ['tenants', 'usage', slug],
    queryFn: ({ signal }) => {
      return unwrap(
        api.GET('/api/v1/tenants/{id}/usage', { params: { path: { id: slug }, query: lastDays(days) }, signal }),
      ) as Promise<Schemas['UsageDaysDto']>; // Text is answered to those who ask for CSV.
    },
  });
  const file = useWrite(
    () =>
      download(
        api.GET('/api/v1/tenants/{id}/usage.csv', {
          params: { path: { id: slug }, query: lastDays(daysInFile) },
          parseAs: 'blob',
        }),
        `usage-${slug}.csv`,
      ),
    { keys: [] },
  );
  if (usage.isPending) return <Waiting label={t`Loading…`} />;
  if (usage.data === undefined) return <Failed error={usage.error} onRetry={() => void usage.refetch()} />;
  const rows = [...usage.data.data].reverse();
  const save = (
    <div>
      <Button small disabled={file.isPending} onClick={() => file.mutate(undefined)}>
        <Trans>Save a year as CSV</Trans>
      </Button>
    </div>
  );
  if (rows.length === 0) {
    return (
      <>
        <p className="text-muted">
          <Trans>Nothing was counted in the last {days} days.</Trans>
        </p>
        {save}
      </>
    );
  }
  const count = (value: number) => value.toLocaleString(i18n.locale);
  return (
    <>
      <div role="region" aria-label={t`Usage by day`} tabIndex={0} className="overflow-x-auto">
        <table className="w-full text-right tabular-nums">
          <thead className="text-xs text-muted">
            <tr>
              {[t`Day`, t`Requests`, t`Tickets`, t`Users`, t`Storage`, t`Most connections`].map((head, index) => (
                <th key={head} scope="col" className={index === 0 ? 'py-1 pr-4 text-left' : 'py-1 pl-4'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map(({ day, requests, tickets, users, storageBytes, peakConnections }) => (
              <tr key={day}>
                <th scope="row" className="py-1 pr-4 text-left font-medium">
                  {day}
                </th>
                {[
                  count(requests),
                  count(tickets),
                  count(users),
                  sizeOf(storageBytes, i18n.locale),
                  peakConnections,
                ].map((value, index) => (
                  <td key={index} className="py-1 pl-4">
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {save}
    </>
  );
}

const lastDays = (count: number) => ({ from: dayOf(Date.now() - (count - 1) * dayMs), to: dayOf(Date.now()) });

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
