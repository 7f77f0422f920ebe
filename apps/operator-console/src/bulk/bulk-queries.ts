import { everyPage, pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';

export type Outcome = 'changed' | 'unchanged' | 'refused';

export const bulkRunsList = pages(['bulk-runs', 'list'], (cursor, signal) =>
  unwrap(api.GET('/api/v1/bulk-runs', { params: { query: { limit: 25, cursor } }, signal })),
);

/** A run, read again until it has ended. */
export const bulkRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-runs', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/bulk-runs/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? 1000 : false),
  });

export const bulkResultsList = (id: string, outcome: Outcome | '') =>
  pages(['bulk-runs', 'results', id, outcome], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/bulk-runs/{id}/results', {
        params: { path: { id }, query: { ...(outcome === '' ? {} : { outcome }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** The ids of all tenants that a run changed, or would change. */
export const changedBy = async (id: string): Promise<string[]> => {
  const results = await everyPage((cursor) =>
    unwrap(
      api.GET('/api/v1/bulk-runs/{id}/results', {
        params: { path: { id }, query: { outcome: 'changed', limit: 100, cursor } },
      }),
    ),
  );
  return results.map((each) => each.id);
};

/** What was done at once, or the run that does it. */
export type BulkAnswer = Schemas['BulkResultsDto'] | Schemas['BulkRunDto'];

export const sendBulk = (body: Schemas['BulkTenantsDto'], key: string): Promise<BulkAnswer> =>
  unwrap(api.POST('/api/v1/tenants/bulk', { params: { header: { 'Idempotency-Key': key } }, body }));
