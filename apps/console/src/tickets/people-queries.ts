import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type User, unwrap } from '../api/client.js';

const rolesOf: Readonly<Record<'customer' | 'staff', User['role'][]>> = {
  customer: ['CUSTOMER'],
  staff: ['ADMIN', 'AGENT'],
};

/** People whose name or address is like the words. */
export function peopleLike(words: string, only?: keyof typeof rolesOf) {
  return queryOptions({
    queryKey: ['people', words, only],
    enabled: words !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const role = only === undefined ? {} : { role: rolesOf[only] };
      const query = { q: words, limit: 8, status: ['INVITED' as const, 'ACTIVE' as const], ...role };
      return (await unwrap(api.GET('/api/v1/users', { params: { query }, signal }))).data;
    },
  });
}

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ['user', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
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
