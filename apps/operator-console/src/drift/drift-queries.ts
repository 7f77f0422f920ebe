import { pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

export const driftChecksList = pages(['drift-checks', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/drift-checks', { params: { query: { limit: 25, cursor } }, signal })),
);

/** A drift check, asked for again and again until it is over. */
export const driftCheckQuery = (id: string) =>
  queryOptions({
    queryKey: ['drift-checks', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/drift-checks/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.status === 'RUNNING' ? 1000 : false),
  });
