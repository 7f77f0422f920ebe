import { pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

export const rotationKeys = [['credential-rotations'], ['tenants']];

export const rotationsList = pages(['credential-rotations', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/credential-rotations', { params: { query: { limit: 25, cursor } }, signal })),
);

/** A rotation with its failures, read again until it has ended. */
export const rotationQuery = (id: string) =>
  queryOptions({
    queryKey: ['credential-rotations', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/credential-rotations/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? 1000 : false),
  });
