import { Badge, Failed, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';

const dnsQuery = queryOptions({
  queryKey: ['mail-dns'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/mailboxes/dns', { signal })),
  staleTime: 0,
});

/** What to publish in the DNS so that mail arrives and is believed, and whether it is there. */
export function MailDns() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(dnsQuery);
  if (error !== null) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting label={t`Asking the DNS`} />;
  return (
    <div className="flex flex-col gap-6">
      {data.data.map(({ domain, records }) => (
        <section key={domain} aria-label={domain}>
          <h3 className="mb-2 font-medium break-all">{domain}</h3>
          <ul className="flex flex-col gap-3">
            {records.map((record) => (
              <DnsRecord key={record.kind} record={record} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function DnsRecord({ record: { kind, type, name, value, seen } }: { record: Schemas['MailRecordDto'] }) {
  const { t } = useLingui();
  return (
    <li className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{kind}</span>
        <Badge tone={seen === true ? 'good' : seen === false ? 'danger' : 'neutral'}>
          {seen === true ? (
            <Trans>Published</Trans>
          ) : seen === false ? (
            <Trans>Not there yet</Trans>
          ) : (
            <Trans>No answer</Trans>
          )}
        </Badge>
      </p>
      <p className="text-sm text-muted break-all">
        {type} {name}
      </p>
      <textarea
        readOnly
        rows={2}
        aria-label={t`What to publish as ${kind} at ${name}`}
        value={value}
        className="w-full rounded border border-line bg-transparent p-2 font-mono text-xs break-all"
      />
    </li>
  );
}
