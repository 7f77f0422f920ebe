export { EmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { becomesReady, type Patience, type Waiting } from './readiness.js';
export { freePort, isPortFree } from './ports.js';
export { serverUser, type ServerUser } from './server-user.js';
export { administratorRole, prepareTenantServer } from './tenant-server.js';
