export { EmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { freePort, isPortFree } from './ports.js';
export { serverUser, type ServerUser } from './server-user.js';
