import { pages } from '@helpdeskly/ui';
import { queryOptions } from '@tanstack/react-query';
import { api, everyPage, type Tenant, unwrap } from '../api/client.js';
import { download } from '../shared/download.js';
import type { TenantSearch } from './tenant-search.js';

/** A tenant in these states changes by itself: whoever looks at it sees it happen. */
function isMoving({ status, credentialRotation }: Tenant): boolean {
  return status === 'PROVISIONING' || status === 'DELETING' || credentialRotation !== null;
}

export const tenantList = ({ status, ...search }: TenantSearch) =>
  pages(['tenants', 'list', search, status], (cursor, signal) =>
    unwrap(
      api.GET('/api/v1/tenants', {
        params: { query: { ...search, ...(status === undefined ? {} : { status: [status] }), limit: 50, cursor } },
        signal,
      }),
    ),
  );

/** Saves all tenants that the search finds as a CSV file, which can be imported elsewhere. */
export const exportTenants = ({ status, ...search }: TenantSearch) =>
  download(
    api.GET('/api/v1/tenants.csv', {
      params: { query: { ...search, ...(status === undefined ? {} : { status: [status] }) } },
      parseAs: 'blob',
    }),
    'tenants.csv',
  );

/** A tenant by its slug or id; asked for again and again while it is on its way somewhere. */
export const tenantQuery = (slug: string) =>
  queryOptions({
    queryKey: ['tenants', 'one', slug],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tenants/{id}', { params: { path: { id: slug } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined ? false : isMoving(state.data) ? 1000 : 15_000),
  });

export const plansQuery = queryOptions({
  queryKey: ['plans', 'all'],
  queryFn: ({ signal }) =>
    everyPage((cursor) => unwrap(api.GET('/api/v1/plans', { params: { query: { limit: 100, cursor } }, signal }))),
});

export const serversQuery = queryOptions({
  queryKey: ['servers'],
  queryFn: ({ signal }) =>
    everyPage((cursor) =>
      unwrap(api.GET('/api/v1/database-servers', { params: { query: { limit: 100, cursor } }, signal })),
    ),
});
