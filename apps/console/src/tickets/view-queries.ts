import { queryOptions } from '@tanstack/react-query';
import { api, everyPage, unwrap } from '../api/client.js';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) =>
    everyPage((cursor) => unwrap(api.GET('/api/v1/views', { params: { query: { limit: 100, cursor } }, signal }))),
});

export const viewCountsQuery = queryOptions({
  queryKey: ['view-counts'],
  queryFn: async ({ signal }) => {
    const { counts } = await unwrap(api.GET('/api/v1/views/counts', { signal }));
    return new Map(counts.map(({ id, tickets }) => [id, tickets]));
  },
});

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) =>
    everyPage((cursor) => unwrap(api.GET('/api/v1/groups', { params: { query: { limit: 100, cursor } }, signal }))),
});

/** Everybody who may work on a ticket. */
export const staffQuery = queryOptions({
  queryKey: ['staff'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      unwrap(
        api.GET('/api/v1/users', {
          params: { query: { limit: 100, cursor, role: 'admin,agent', status: 'active', sort: 'name' } as never },
          signal,
        }),
      ),
    ),
});

export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) =>
    everyPage((cursor) => unwrap(api.GET('/api/v1/tags', { params: { query: { limit: 100, cursor } }, signal }))),
});

export const macrosQuery = queryOptions({
  queryKey: ['macros'],
  staleTime: 5 * 60_000,
  queryFn: ({ signal }) =>
    everyPage((cursor) => unwrap(api.GET('/api/v1/macros', { params: { query: { limit: 100, cursor } }, signal }))),
});
