import { pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

/** Everything that this person was told, the newest first. */
export const notificationsQuery = pages(['notifications', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/notifications', { params: { query: { limit: 30, cursor } }, signal })),
);

export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: async ({ signal }) => {
    const { meta } = await unwrap(
      api.GET('/api/v1/notifications', {
        params: { query: { unread: true, limit: 1, include: ['total'] } as never },
        signal,
      }),
    );
    return meta.total ?? 0;
  },
});
