export { Breaker } from './breaker.js';
export { ConnectionGovernor } from './connection-governor.js';
export { TenantDatabaseUnavailable, WrongTenantDatabase, tenantErrorOf } from './errors.js';
export { openTenantClient, type TenantClient, type TenantClientOptions } from './tenant-client.js';
export type { TenantDatabaseAddress } from './tenant-place.js';
export * from './generated/enums.js';
export { Prisma, PrismaClient } from './generated/client.js';
export type {
  AuditEvent,
  BulkRun,
  DataExport,
  DataImport,
  InboundMail,
  Macro,
  Mailbox,
  MailboxCode,
  MailDomainKey,
  MailTemplate,
  MailDelivery,
  Settings,
  Organization,
  Ticket,
  TicketEvent,
  User,
  View,
  Webhook,
  WebhookDelivery,
} from './generated/client.js';
export { StatementNames } from './statement-names.js';
export type { TextRow } from './text-select.js';
