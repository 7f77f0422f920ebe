export { CommitListeners, type CommitListener } from './commit-listeners.js';
export { fitsBuild, NoCurrentTenant, TenantNotFound, TenantUpgrading, tenantClosed } from './errors.js';
export { isReservedSlug, isSlug } from './slug.js';
export type { Lease } from './cached-client.js';
export { TenantClientFactory, type TenantClientFactoryOptions } from './tenant-client-factory.js';
export { TenantContext, type CurrentTenant } from './tenant-context.js';
export { TenantNaming, TenantResolver } from './tenant-resolver.js';
export { type SqlReader, TenantDatabase, type TenantPrisma } from './tenant-database.js';
export { personalWords, type PersonalWords } from './personal-words.js';
