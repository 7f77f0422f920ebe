import { Avatar } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';

/** The server forgets after 30 s. */
const renewMs = 20_000;

export function usePresence(number: number, state: 'VIEWING' | 'REPLYING'): void {
  useEffect(() => {
    const tell = () => {
      if (document.visibilityState !== 'visible') return;
      // Nobody waits for it, and the next one follows.
      unwrap(
        api.PUT('/api/v1/tickets/{id}/presence', { params: { path: { id: String(number) } }, body: { state } }),
      ).catch(() => undefined);
    };
    tell();
    const timer = setInterval(tell, renewMs);
    document.addEventListener('visibilitychange', tell);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tell);
    };
  }, [number, state]);
}

/** Who else looks at the ticket, and who writes. */
export function Present({ number }: { number: number }) {
  const { t } = useLingui();
  const me = useMe();
  const { data } = useQuery({
    queryKey: ['presence', number],
    refetchInterval: renewMs,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/tickets/{id}/presence', { params: { path: { id: String(number) } }, signal })),
  });
  const others = (data?.data ?? []).filter(({ user }) => user.id !== me.id);
  const writing = others.filter(({ state }) => state === 'REPLYING').map(({ user }) => user.name);
  const names = writing.join(', ');
  return (
    <div className="flex items-center gap-2">
      <span role="status" className="max-w-48 truncate text-xs font-medium text-warn-text">
        {writing.length === 0 ? '' : t`${names} is replying…`}
      </span>
      {others.length === 0 ? null : (
        <ul aria-label={t`Also here`} className="flex -space-x-1.5">
          {others.map(({ user, state }) => (
            <li key={user.id}>
              <Avatar
                name={user.name}
                title={state === 'REPLYING' ? t`${user.name} is replying…` : t`${user.name} looks at this ticket`}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
