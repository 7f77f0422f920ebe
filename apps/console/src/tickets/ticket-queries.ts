import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, everyPage, unwrap } from '../api/client.js';

/** What a list of tickets is chosen by, as it stands in the page's address. */
export interface ListSearch {
  readonly view?: string;
  readonly q?: string;
  readonly status?: string;
  readonly priority?: string;
  readonly assignedTo?: string;
  readonly group?: string;
  readonly tag?: string;
  readonly organization?: string;
  readonly author?: string;
  readonly deleted?: string;
  readonly sort?: string;
}

export const filterNames = [
  'status',
  'priority',
  'assignedTo',
  'group',
  'tag',
  'organization',
  'author',
  'deleted',
] as const;

const pageSize = 50;

export function ticketList({ view, ...filters }: ListSearch) {
  return infiniteQueryOptions({
    queryKey: ['tickets', view === undefined ? filters : { view }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      view === undefined
        ? unwrap(
            api.GET('/api/v1/tickets', {
              params: { query: { ...filters, limit: pageSize, cursor } as never },
              signal,
            }),
          )
        : unwrap(
            api.GET('/api/v1/views/{id}/tickets', {
              params: { path: { id: view }, query: { limit: pageSize, cursor } },
              signal,
            }),
          ),
    getNextPageParam: (page) => page.meta.nextCursor ?? undefined,
  });
}

/** How many tickets a filter finds. */
export function ticketCount(filters: ListSearch) {
  return queryOptions({
    queryKey: ['ticket-count', filters],
    queryFn: async ({ signal }) => {
      const { meta } = await unwrap(
        api.GET('/api/v1/tickets', {
          params: { query: { ...filters, limit: 1, include: 'total' } as never },
          signal,
        }),
      );
      return meta.total ?? 0;
    },
  });
}

export function ticketQuery(number: number) {
  return queryOptions({
    queryKey: ['ticket', number],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/tickets/{id}', { params: { path: { id: String(number) } }, signal })),
  });
}

/** The whole conversation, oldest first. */
export function commentsQuery(number: number) {
  return queryOptions({
    queryKey: ['comments', number],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        unwrap(
          api.GET('/api/v1/tickets/{id}/comments', {
            params: { path: { id: String(number) }, query: { limit: 100, cursor } },
            signal,
          }),
        ),
      ),
  });
}
