import { api, ifMatch, type Schemas, type Tenant, unwrap } from '../api/client.js';

/** Changes a tenant as it was seen; refused if somebody else has changed it since. */
export const changeTenant = ({ slug, version }: Tenant, body: Schemas['ChangeTenantDto']): Promise<Tenant> =>
  unwrap(api.PATCH('/api/v1/tenants/{id}', { params: { path: { id: slug }, header: ifMatch(version) }, body }));
