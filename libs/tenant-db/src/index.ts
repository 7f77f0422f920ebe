export { ConnectionGovernor, type GovernorOptions } from './connection-governor.js';
export { TenantConnectionLimit, TenantDatabaseUnavailable, QueryTimeout, WrongTenantDatabase } from './errors.js';
export { openTenantClient, type TenantClient, type TenantDatabaseAddress } from './tenant-client.js';
export { TenantPool } from './tenant-pool.js';
export * from './generated/enums.js';
export { Prisma, PrismaClient } from './generated/client.js';
export type { Comment, Ticket, TicketEvent, User } from './generated/client.js';
