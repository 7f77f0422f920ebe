import { describeFailure } from '@helpdeskly/database';
import { escapeIdentifier, type ClientBase } from 'pg';
import { dmlRole, ownerRole, readonlyRole } from '../tenant-databases/server-roles.js';
import { isRefusal, verdictOf } from '../tenant-databases/verdict.js';

/** What the probe tries as a tenant's role: PostgreSQL must refuse each. */
export const attemptNames = [
  'connect',
  'hold_attributes',
  'hold_memberships',
  'become',
  'create_table',
  'create_temporary_table',
  'create_schema',
  'create_role',
  'change_itself',
  'change_identity',
  'erase_events',
  'read_migrations',
  'read_passwords',
  'read_files',
] as const;
export type AttemptName = (typeof attemptNames)[number];

/** An attempt that was not refused; `target` is the database or role that it reached. */
export interface Breach {
  readonly attempt: AttemptName;
  readonly target: string;
}

export interface Outcome {
  readonly attempts: number;
  readonly breaches: readonly Breach[];
  /** Databases that had no room for an answer: earlier results stay. */
  readonly unknown?: readonly string[];
}

/** Raised when PostgreSQL neither allowed nor refused an attempt: it says nothing about isolation. */
export class Undecided extends Error {
  constructor(attempt: string, cause: unknown) {
    super(`${attempt} was neither allowed nor refused: ${describeFailure(cause)}`, { cause });
    this.name = 'Undecided';
  }
}

/** What every request of app-api needs: to read and to write, within a twentieth of a second. */
const ordinaryWork = `
  BEGIN;
  SELECT FROM "TenantIdentity", pg_sleep(0.05);
  UPDATE "TicketCounter" SET "lastNumber" = "lastNumber" WHERE false;
  ROLLBACK`;

/**
 * Does what the role must be able to do, with the role's settings. Throws PostgreSQL's error. All in one message: a server that ends
 * the session between two of ours says why, but a network that resets may lose the reason.
 */
export async function workAs(client: ClientBase): Promise<void> {
  await client.query(ordinaryWork);
}

/** Tries to connect to each of `databases`; the role's connection limit says nothing about its privileges. Throws Undecided. */
export async function tryDatabases(
  databases: readonly string[],
  connect: (database: string) => Promise<ClientBase & { end(): Promise<void> }>,
): Promise<Outcome> {
  const breaches: Breach[] = [];
  const unknown: string[] = [];
  for (const target of databases) {
    const breached = await connect(target).then(
      (client) => client.end().then(() => true),
      (error: unknown) => {
        if (verdictOf(error) === 'full') unknown.push(target);
        else if (!isRefusal(error)) throw new Undecided(`connecting to ${target}`, error);
        return false;
      },
    );
    if (breached) breaches.push({ attempt: 'connect', target });
  }
  return { attempts: databases.length - unknown.length, breaches, unknown };
}

const statements: Readonly<Partial<Record<AttemptName, string>>> = {
  create_table: 'CREATE TABLE isolation_probe ()',
  create_temporary_table: 'CREATE TEMPORARY TABLE isolation_probe ()',
  create_schema: 'CREATE SCHEMA isolation_probe',
  create_role: 'CREATE ROLE helpdeskly_isolation_probe',
  change_itself: 'ALTER ROLE CURRENT_USER CREATEDB',
  change_identity: 'UPDATE "TenantIdentity" SET "tenantId" = "tenantId" WHERE false',
  erase_events: 'DELETE FROM "TicketEvent" WHERE false',
  read_migrations: 'SELECT FROM "_prisma_migrations" LIMIT 1',
  read_passwords: 'SELECT FROM pg_catalog.pg_authid LIMIT 1',
  read_files: `SELECT pg_catalog.pg_read_file('PG_VERSION')`,
};

/**
 * Tries, on a connection to the tenant's own database, what its role must not do there, and to become one of `others`. It rolls back
 * what succeeds, and waits for no lock. Throws Undecided.
 */
export async function tryPrivileges(client: ClientBase, database: string, others: readonly string[]): Promise<Outcome> {
  const breaches: Breach[] = [];
  const roles = [ownerRole, dmlRole, readonlyRole, 'pg_read_all_data', 'pg_write_all_data', ...others];
  const trials: (Breach & { readonly sql: string })[] = [
    ...(Object.entries(statements) as [AttemptName, string][]).map(([attempt, sql]) => ({
      attempt,
      target: database,
      sql,
    })),
    ...roles.map((target) => ({
      attempt: 'become' as const,
      target,
      sql: `SET LOCAL ROLE ${escapeIdentifier(target)}`,
    })),
  ];
  await client.query(`BEGIN; SET LOCAL lock_timeout = '200ms'`);
  for (const { attempt, target, sql } of trials) {
    await client.query('SAVEPOINT trial');
    const breached = await client.query(sql).then(
      () => true,
      (error: unknown) => {
        if (isRefusal(error)) return false;
        if (verdictOf(error) === 'locked') return true;
        throw new Undecided(attempt, error);
      },
    );
    await client.query('ROLLBACK TO SAVEPOINT trial');
    if (breached) breaches.push({ attempt, target });
  }
  await client.query('ROLLBACK');
  const { rows } = await client.query<{ attempt: AttemptName; target: string }>(held, [dmlRole]);
  return { attempts: trials.length + 2, breaches: [...breaches, ...rows] };
}

/** The role's attributes and memberships. */
const held = `
  SELECT 'hold_attributes' AS attempt, current_user AS target FROM pg_roles
   WHERE rolname = current_user AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)
  UNION ALL
  SELECT 'hold_memberships', granted.rolname
    FROM pg_auth_members m JOIN pg_roles granted ON granted.oid = m.roleid
   WHERE m.member = current_user::regrole AND (granted.rolname <> $1 OR m.admin_option OR m.set_option)`;
