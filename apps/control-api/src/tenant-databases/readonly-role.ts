import { readFileSync } from 'node:fs';
import { scramVerifier, sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { largeObjectsScript } from '../folders.js';
import { despiteContention } from './contention.js';
import { ensureGroupRole, ownerRole, readonlyRole, type Queryable } from './server-roles.js';

const connectionLimit = 10;

/** Every table of a tenant's database is in one of these two: what may be read, and what nobody on the staff needs. */
export const readable: Readonly<Record<string, readonly string[] | 'all'>> = {
  TenantIdentity: 'all',
  TicketCounter: 'all',
  User: ['id', 'email', 'emailKey', 'name', 'role', 'status', 'version', 'createdAt', 'updatedAt'],
  UserAddress: 'all',
  Ticket: 'all',
  Comment: 'all',
  TicketEvent: 'all',
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
};
export const secret: readonly string[] = [
  'Session',
  'KnownAddress',
  'AuditEvent',
  'RefreshToken',
  'Invitation',
  'IdempotencyKey',
  '_prisma_migrations',
];

/**
 * Makes sure of the role on a server: it reads, by statements of half a minute, on ten connections. Logs in by `password`,
 * or not at all without one. Repeatable. Throws when `admin` may not manage a role that somebody else has made.
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

/** Lets the role begin in `postgres`, where pgAdmin lists the others. Answers a sentence when `admin` may not. */
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
  // Who may connect without having the database is only warned.
  if (await isOpen()) return [];
  return [`pgAdmin cannot begin in the database postgres: its owner must grant CONNECT to ${readonlyRole}.`];
}

/** Lets the role read, in the control database, where each tenant's database is. Only where the role is on that server. */
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

/** For a superuser; where the administrator is none it changes nothing. Clones take it over. */
export const closeLargeObjects = readFileSync(largeObjectsScript, 'utf8');

/** A tenant's database from before the role: what it reads, and last of all the way in, by which it is known as done. */
export async function openToReaders(client: ClientBase, database: string): Promise<void> {
  await client.query(closeLargeObjects);
  await client.query(`BEGIN; SET LOCAL ROLE ${ownerRole}; ${readingGrants} COMMIT;`);
  await despiteContention(() =>
    client.query(`GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${readonlyRole}`),
  );
}
