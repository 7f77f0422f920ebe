import { Failed, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, unwrap } from '../api/client.js';
import { sizeOf } from '../ticket/attachment-list.js';

/** What the helpdesk uses of what its plan gives it. */
export function Usage() {
  const { t, i18n } = useLingui();
  const usage = useQuery({
    queryKey: ['usage'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/settings/usage', { signal })),
  });
  if (usage.isPending) return <Waiting label={t`Loading…`} />;
  if (usage.data === undefined) return <Failed error={usage.error} onRetry={() => void usage.refetch()} />;
  const { plan, limits, storageBytes, requests } = usage.data;
  const [used, whole] = [sizeOf(storageBytes, i18n.locale), sizeOf(limits.storageBytes, i18n.locale)];
  const count = requests.count.toLocaleString(i18n.locale);
  const unit = { style: 'unit', unit: 'minute', unitDisplay: 'long' } as const;
  const minutes = new Intl.NumberFormat(i18n.locale, unit).format(requests.minutes);
  return (
    <dl className="grid gap-4 sm:grid-cols-2">
      <Figure name={<Trans>Plan</Trans>}>{plan}</Figure>
      <Figure name={<Trans>Files</Trans>}>
        <Trans>
          {used} of {whole}
        </Trans>
        <meter
          aria-label={t`Files`}
          min={0}
          max={limits.storageBytes}
          high={limits.storageBytes * 0.9}
          value={storageBytes}
          className="mt-1 block w-full"
        />
      </Figure>
      <Figure name={<Trans>Requests</Trans>}>
        <Trans>
          {count} in {minutes}
        </Trans>
      </Figure>
      <Figure name={<Trans>Most requests a minute</Trans>}>
        {limits.requestsPerMinute === 0 ? (
          <Trans>No limit</Trans>
        ) : (
          limits.requestsPerMinute.toLocaleString(i18n.locale)
        )}
      </Figure>
    </dl>
  );
}

function Figure({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-medium text-muted">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
