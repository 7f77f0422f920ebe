export { Breaker } from './breaker.js';
export { ConnectionGovernor, type GovernorOptions } from './connection-governor.js';
export {
  TenantConnectionLimit,
  TenantDatabaseUnavailable,
  QueryTimeout,
  WrongTenantDatabase,
  tenantErrorOf,
} from './errors.js';
export {
  openTenantClient,
  type TenantClient,
  type TenantClientOptions,
  type TenantDatabaseAddress,
} from './tenant-client.js';
export * from './generated/enums.js';
export { Prisma, PrismaClient } from './generated/client.js';
export type {
  Attachment,
  AuditEvent,
  BulkRun,
  Comment,
  Group,
  Macro,
  Settings,
  Organization,
  Ticket,
  TicketEvent,
  User,
  View,
} from './generated/client.js';
export { StatementNames } from './statement-names.js';
