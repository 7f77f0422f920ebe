export {
  NoCurrentTenant,
  TenantInactive,
  TenantNotFound,
  TenantUnavailable,
  TenantUpgrading,
  tenantClosed,
} from './errors.js';
export { isReservedSlug, isSlug } from './slug.js';
export { fastifyRequestKey, nameTenant, type NamingRequest } from './tenant-name.js';
export type { Lease } from './cached-client.js';
export { TenantClientFactory, type TenantClientFactoryOptions } from './tenant-client-factory.js';
export { TenantContext, type CurrentTenant } from './tenant-context.js';
export { TenantContextMiddleware, TenantNaming, type TenantRequest } from './tenant-context.middleware.js';
export { TenantDatabase, type TenantPrisma } from './tenant-database.js';
