// For tests of packages that the two APIs stand on: everything here that does not import the APIs.
export { asAdmin, connected, Installation, owner, urlOf } from './installation.js';
export { applyByPrisma, databaseDrift, diagnoseHistory, drift } from './prisma-schema-engine.js';
export { TenantDatabases, type TenantDatabaseFixture } from './tenant-databases.js';
export { until } from './until.js';
