import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccountRoutes } from './account-routes.js';
import { Badge } from './badge.js';
import { browserOf } from './browser-name.js';
import { Button } from './button.js';
import { Failed } from './failed.js';
import { sentenceOf } from './failures.js';
import { everyPage } from './pages.js';
import { Waiting } from './states.js';
import { Time } from './time.js';
import { notify } from './toaster.js';

/** Every browser and program that is signed in; each can be ended. */
export function Sessions({ account }: { account: AccountRoutes }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => everyPage((cursor) => account.sessions(cursor, signal)),
  });
  const end = useMutation({
    mutationFn: (id: string) => account.endSession(id),
    onSuccess: () => notify({ text: t`Session ended` }),
    onError: (error) => notify({ tone: 'danger', text: sentenceOf(error) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  if (sessions.isPending) return <Waiting label={t`Loading…`} />;
  if (sessions.data === undefined) return <Failed error={sessions.error} onRetry={() => void sessions.refetch()} />;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {sessions.data.map(({ id, lastUsedAt, address, userAgent, current }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
          <div className="min-w-0 flex-1">
            <p className="truncate font-medium" title={userAgent ?? undefined}>
              {browserOf(userAgent) ?? t`Unknown program`}
            </p>
            <p className="text-xs text-muted">
              {address === null ? null : `${address} · `}
              <Trans>
                last used <Time at={lastUsedAt} />
              </Trans>
            </p>
          </div>
          {current ? (
            <Badge tone="good">
              <Trans>This browser</Trans>
            </Badge>
          ) : (
            <Button small disabled={end.isPending} onClick={() => end.mutate(id)}>
              <Trans>End the session</Trans>
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
