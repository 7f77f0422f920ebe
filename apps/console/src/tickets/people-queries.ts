import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

/** People whose name or address is like the words. */
export function peopleLike(words: string, roles?: 'customer') {
  return queryOptions({
    queryKey: ['people', words, roles],
    enabled: words !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = { q: words, limit: 8, status: 'active,invited', ...(roles === undefined ? {} : { role: roles }) };
      return (await unwrap(api.GET('/api/v1/users', { params: { query: query as never }, signal }))).data;
    },
  });
}

export function organizationQuery(id: string) {
  return queryOptions({
    queryKey: ['organization', id],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organizations/{id}', { params: { path: { id } }, signal })),
  });
}

/** A person's newest tickets. */
export function ticketsOf(authorId: string) {
  return queryOptions({
    queryKey: ['tickets-of', authorId],
    queryFn: async ({ signal }) => {
      const query = { author: authorId, limit: 6 };
      return (await unwrap(api.GET('/api/v1/tickets', { params: { query: query as never }, signal }))).data;
    },
  });
}

/** Tickets that fit the words, or have that number. */
export function ticketsLike(words: string) {
  return queryOptions({
    queryKey: ['typed', words],
    enabled: words !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      // A number is a ticket's own; words may still be growing.
      const query = { q: /^#?\d+$/.test(words) ? words : `${words}*`, limit: 8 };
      return (await unwrap(api.GET('/api/v1/tickets', { params: { query: query as never }, signal }))).data;
    },
  });
}
