import { pages } from '@helpdeskly/ui';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, type MigrationRun, type Schemas, unwrap } from '../api/client.js';
import { followRun } from './follow-run.js';
import { isUnended } from './run-labels.js';

export const runsList = () =>
  pages(['runs', 'list'], (cursor, signal) =>
    unwrap(api.GET('/api/v1/migration-runs', { params: { query: { limit: 25, cursor } }, signal })),
  );

const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/migration-runs/{id}', { params: { path: { id } }, signal })),
  });

export const causesList = (id: string) =>
  pages(['runs', 'causes', id], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/migration-runs/{id}/causes', { params: { path: { id }, query: { limit: 25, cursor } }, signal }),
    ),
  );

export const runTenantsList = (id: string, state: Schemas['MigrationState'] | '') =>
  pages(['runs', 'tenants', id, state], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/migration-runs/{id}/tenants', {
        params: { path: { id }, query: { ...(state === '' ? {} : { state: [state] }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** A run, followed live until it has ended; causes and tenants are read again when they changed. */
export function useRun(id: string) {
  const queries = useQueryClient();
  const run = useQuery(runQuery(id));
  const mayGoOn = run.data !== undefined && (isUnended(run.data.status) || run.data.counts.running > 0);
  useEffect(() => {
    if (!mayGoOn) return;
    const leaving = new AbortController();
    const hear = (now: MigrationRun) => {
      const before = queries.getQueryData<MigrationRun>(runQuery(id).queryKey);
      queries.setQueryData(runQuery(id).queryKey, now);
      if (before?.counts.failed !== now.counts.failed)
        void queries.invalidateQueries({ queryKey: ['runs', 'causes', id] });
      if (JSON.stringify(before?.counts) !== JSON.stringify(now.counts))
        void queries.invalidateQueries({ queryKey: ['runs', 'tenants', id] });
      if (!isUnended(now.status)) void queries.invalidateQueries({ queryKey: ['runs', 'list'] });
    };
    void followRun(id, hear, leaving.signal);
    return () => leaving.abort();
  }, [id, mayGoOn, queries]);
  return run;
}
