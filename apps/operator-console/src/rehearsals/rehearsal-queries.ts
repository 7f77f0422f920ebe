import { pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

export const rehearsalsList = pages(['rehearsals', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/migration-rehearsals', { params: { query: { limit: 25, cursor } }, signal })),
);

/** A rehearsal, asked for each second until it is over. */
export const rehearsalQuery = (id: string) =>
  queryOptions({
    queryKey: ['rehearsals', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/migration-rehearsals/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === 'RUNNING' ? 1000 : false),
  });
