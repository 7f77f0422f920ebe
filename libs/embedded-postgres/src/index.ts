export { EmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { removeEmbeddedPostgres } from './data-folder.js';
export { becomesReady } from './readiness.js';
export { freePort, isPortFree } from './ports.js';
export { serverUser } from './server-user.js';
export { administratorRole, prepareTenantServer } from './tenant-server.js';
