import { Page, sentenceOf, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { unwrap } from '../api/client.js';
import { authorized } from '../session/session.js';

/** The board's cookie is good for five minutes. */
const renewedAfterMs = 4 * 60_000;

/** The way to the board of the queues. It forbids frames, and has a cookie of its own, which this page asks for. */
export function QueuesPage() {
  const { t } = useLingui();
  useTitle(t`Queues`);
  const entry = useQuery({
    queryKey: ['queues', 'session'],
    queryFn: async () => {
      await unwrap(openBoard());
      return true;
    },
    staleTime: 0,
    refetchInterval: renewedAfterMs,
    refetchIntervalInBackground: true,
  });
  return (
    <Page
      title={t`Queues`}
      about={<Trans>Jobs that wait, run and failed: provisioning, lifecycle, backups, drift.</Trans>}
    >
      {entry.isPending ? (
        <Waiting label={t`Loading…`} />
      ) : entry.data === true ? (
        <p>
          <a href="/queues" target="_blank" rel="noreferrer" className="font-medium text-accent-text underline">
            <Trans>Open the board of the queues</Trans>
          </a>
        </p>
      ) : (
        <p role="alert" className="text-danger-text">
          {sentenceOf(entry.error)}
        </p>
      )}
    </Page>
  );
}

async function openBoard(): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  const response = await authorized(new Request('/queues/session', { method: 'POST' }));
  return response.ok ? { response } : { error: await response.json().catch(() => undefined), response };
}
