import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';
import { statuses } from '../tenants/statuses.js';

/** A glance is a few seconds old at most. */
const refetchInterval = 5000;

/** How many tenants there are in each status. */
export const tenantCounts = queryOptions({
  queryKey: ['fleet', 'statuses'],
  refetchInterval,
  queryFn: async ({ signal }) => {
    const counts = await Promise.all(
      statuses.map(async (status) => {
        const query = { status: [status], include: 'total' as const, limit: 1 };
        const { meta } = await unwrap(api.GET('/api/v1/tenants', { params: { query }, signal }));
        return { status, count: meta.total ?? 0 };
      }),
    );
    return { counts, all: counts.reduce((sum, { count }) => sum + count, 0) };
  },
});

/** The newest migrations, each with how many tenants have it. */
export const newestMigrations = queryOptions({
  queryKey: ['fleet', 'migrations'],
  refetchInterval,
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/migrations', { params: { query: { sort: '-name', limit: 5 } }, signal })),
});

export const openIncidents = queryOptions({
  queryKey: ['fleet', 'incidents'],
  refetchInterval,
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/incidents', { params: { query: { state: 'open', limit: 5, include: 'total' } }, signal })),
});

export const busiestTenants = queryOptions({
  queryKey: ['fleet', 'busiest'],
  refetchInterval,
  queryFn: ({ signal }) =>
    unwrap(api.GET('/api/v1/tenants/top', { params: { query: { by: 'requests', limit: 5 } }, signal })),
});

export const latestRun = queryOptions({
  queryKey: ['fleet', 'run'],
  refetchInterval,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/migration-runs', { params: { query: { limit: 1 } }, signal })),
});
