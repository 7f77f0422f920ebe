// For tests of packages that the two APIs stand on: everything here that does not import the APIs.
export { asAdmin, connected, Installation, owner, urlOf, type InstallationOptions } from './installation.js';
export { startAskingPgBouncer, startPgBouncer, startSupportPooler, type RunningPgBouncer } from './pgbouncer.js';
export { startRedis, type RunningRedis } from './redis.js';
export { applyByPrisma, databaseDrift, diagnoseHistory, drift } from './prisma-schema-engine.js';
export { TenantDatabases, type TenantDatabaseFixture } from './tenant-databases.js';
export { enterStatus } from './tenant-status.js';
export { until } from './until.js';
export { ServiceProcess } from './service-process.js';
export { commitBefore, OtherBuild } from './other-build.js';
export { needing } from './needing.js';
export { Nginx } from './nginx.js';
export { Postfix } from './postfix.js';
export { freePort } from '@helpdeskly/embedded-postgres';
export { S3Server } from './s3-server.js';
export { OwnPostgres } from './own-postgres.js';
export { OtherPostgres } from './other-postgres.js';
export { administrator } from './administrator.js';
export { auditAttacks, auditTrail, isOnlyWarned } from './audit-attacks.js';
