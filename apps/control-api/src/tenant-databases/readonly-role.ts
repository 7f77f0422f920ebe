import { readFileSync } from 'node:fs';
import { scramVerifier, sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { largeObjectsScript } from '../folders.js';
import { despiteContention } from './contention.js';
import { ensureGroupRole, ownerRole, readonlyRole, type Queryable } from './server-roles.js';

const connectionLimit = 10;

/** Every table of a tenant's database is in one of these two: readable ones, and those that support staff does not need. */
export const readable: Readonly<Record<string, readonly string[] | 'all'>> = {
  TenantIdentity: 'all',
  TicketCounter: 'all',
  User: [
    'id',
    'email',
    'emailKey',
    'name',
    'role',
    'status',
    'locale',
    'timeZone',
    'version',
    'createdAt',
    'updatedAt',
  ],
  UserAddress: 'all',
  Ticket: 'all',
  Comment: 'all',
  TicketEvent: 'all',
  TicketFeed: 'all',
  TicketSearch: 'all',
  TicketLink: 'all',
  View: 'all',
  Attachment: 'all',
  Group: 'all',
  GroupMember: 'all',
  Organization: 'all',
  Macro: 'all',
  TicketParticipant: 'all',
  Settings: 'all',
  DeletedName: 'all',
  StorageUsage: 'all',
  BulkRun: 'all',
  BulkRunTicket: 'all',
  Mailbox: 'all',
  MailDomainKey: ['domain', 'selector', 'publicKey', 'seen', 'checkedAt', 'createdAt'],
  MailTemplate: 'all',
  MailMessage: 'all',
  InboundMail: [
    'id',
    'status',
    'reason',
    'envelopeFrom',
    'clientAddress',
    'clientName',
    'relayed',
    'size',
    'fromAddress',
    'subject',
    'authentication',
    'released',
    'senderId',
    'ticketId',
    'commentId',
    'attempts',
    'dueAt',
    'createdAt',
    'storedAt',
    'filedAt',
    'rawRemovedAt',
  ],
  MailDelivery: [
    'id',
    'kind',
    'ticketId',
    'commentId',
    'userId',
    'mailboxId',
    'notificationId',
    'address',
    'status',
    'code',
    'attempts',
    'dueAt',
    'triedAt',
    'createdAt',
    'at',
  ],
  UndeliverableAddress: 'all',
  SpamTicket: 'all',
  Notification: ['id', 'userId', 'kind', 'ticketId', 'commentId', 'actorId', 'inApp', 'mail', 'readAt', 'createdAt'],
  NotificationPreferences: 'all',
};
export const secret: readonly string[] = [
  'Session',
  'ApiKey',
  'DataExport',
  'DataImport',
  'DataImportRefusal',
  'DataImportRow',
  'Webhook',
  'WebhookDelivery',
  'KnownAddress',
  'AuditEvent',
  'RefreshToken',
  'UserTotp',
  'RecoveryCode',
  'MfaChallenge',
  'Invitation',
  'ReplyToken',
  'MailboxCode',
  'Draft',
  'HeldComment',
  'IdempotencyKey',
  '_prisma_migrations',
];

/**
 * Ensures the role on a server: it reads, with statements of at most 30 s, on ten connections. It logs in with `password`,
 * or not at all without one. Repeatable. Throws if `admin` may not manage a role that another administrator created.
 */
export async function ensureReadonlyRole(admin: Queryable, password: string | undefined): Promise<void> {
  await despiteContention(() => ensureGroupRole(admin, readonlyRole));
  const login = password === undefined ? 'NOLOGIN' : `LOGIN PASSWORD ${escapeLiteral(await scramVerifier(password))}`;
  await despiteContention(() =>
    admin.query(`
      ALTER ROLE ${readonlyRole} WITH ${login} NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${connectionLimit};
      ALTER ROLE ${readonlyRole} SET default_transaction_read_only = ON;
      ALTER ROLE ${readonlyRole} SET statement_timeout = '30s';
      ALTER ROLE ${readonlyRole} SET idle_in_transaction_session_timeout = '60s';`),
  );
}

/** Lets the role connect to `postgres`, where pgAdmin lists the other databases. Returns a sentence if `admin` may not. */
export async function openMaintenanceDatabase(admin: Queryable): Promise<string[]> {
  const isOpen = async () =>
    (await admin.query("SELECT WHERE has_database_privilege($1, 'postgres', 'CONNECT')", [readonlyRole])).rowCount ===
    1;
  if (await isOpen()) return [];
  try {
    await despiteContention(() => admin.query(`GRANT CONNECT ON DATABASE postgres TO ${readonlyRole}`));
  } catch (error) {
    if (sqlState(error) !== '42501') throw error; // insufficient_privilege
  }
  // PostgreSQL only warns if `admin` may connect but does not own the database.
  if (await isOpen()) return [];
  return [`pgAdmin cannot begin in the database postgres: its owner must grant CONNECT to ${readonlyRole}.`];
}

/** Lets the role read, in the control database, where each tenant's database is. Only if the role is on that server. */
export async function openSupportView(control: ClientBase): Promise<void> {
  const { rows } = await control.query<{ database: string; there: boolean }>(
    `SELECT current_database() AS database, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS there`,
    [readonlyRole],
  );
  const [found] = rows;
  if (found?.there !== true) return;
  await despiteContention(() =>
    control.query(`
      GRANT CONNECT ON DATABASE ${escapeIdentifier(found.database)} TO ${readonlyRole};
      GRANT USAGE ON SCHEMA "support" TO ${readonlyRole};
      GRANT SELECT ON ALL TABLES IN SCHEMA "support" TO ${readonlyRole};`),
  );
}

/** What the owner grants the role in a tenant's database, or in a template. */
export const readingGrants = `
  GRANT USAGE ON SCHEMA public TO ${readonlyRole};
  ${Object.entries(readable)
    .map(([table, columns]) => {
      const which = columns === 'all' ? '' : ` (${columns.map((column) => `"${column}"`).join(', ')})`;
      return `GRANT SELECT${which} ON "${table}" TO ${readonlyRole};`;
    })
    .join('\n  ')}`;

/** Only a superuser's run has an effect; for another administrator it changes nothing. Clones keep it. */
export const closeLargeObjects = readFileSync(largeObjectsScript, 'utf8');

/** Opens a tenant's database from before the role: first what it reads, and last CONNECT, which shows that this is done. */
export async function openToReaders(client: ClientBase, database: string): Promise<void> {
  await client.query(closeLargeObjects);
  await client.query(`BEGIN; SET LOCAL ROLE ${ownerRole}; ${readingGrants} COMMIT;`);
  await despiteContention(() =>
    client.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${readonlyRole}`),
  );
}
