import { createHmac } from 'node:crypto';
import { scramVerifier, sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from './contention.js';
import { dmlRole, type Queryable } from './server-roles.js';
import { disownRole } from './stray-privileges.js';
import { tempFileLimit } from './tenant-role-settings.js';

export interface TenantRole {
  readonly name: string;
  readonly password: string;
  /** PostgreSQL's CONNECTION LIMIT, over all processes. */
  readonly maxConnections: number;
  readonly statementTimeoutMs: number;
  /** Whether it may log in; true by default. */
  readonly login?: boolean;
  /** The role's comment; see ownershipMarker. */
  readonly marker: string;
}

/**
 * Ensures a tenant's login role: a member of the DML role that can neither become it nor own anything. Repeatable;
 * it changes an existing role to match.
 */
export async function ensureTenantRole(admin: Queryable, role: TenantRole): Promise<void> {
  const name = escapeIdentifier(role.name);
  const verifier = escapeLiteral(await roleVerifier(role.password));
  await despiteContention(() => createLoginRole(admin, role.name));
  await despiteContention(() =>
    admin.query(`
      ALTER ROLE ${name} WITH ${role.login === false ? 'NOLOGIN' : 'LOGIN'} NOCREATEDB NOCREATEROLE INHERIT
        CONNECTION LIMIT ${Number(role.maxConnections)} PASSWORD ${verifier} VALID UNTIL 'infinity';
      ALTER ROLE ${name} RESET ALL;
      ALTER ROLE ${name} SET statement_timeout = ${Number(role.statementTimeoutMs)};
      DO $$ BEGIN
        IF has_parameter_privilege('temp_file_limit', 'SET') THEN
          ALTER ROLE ${name} SET temp_file_limit = '${tempFileLimit}';
        END IF;
      END $$;
      COMMENT ON ROLE ${name} IS ${escapeLiteral(role.marker)};
      GRANT ${dmlRole} TO ${name} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE;`),
  );
}

/**
 * Removes from a tenant's login role what ensureTenantRole does not give it: settings in single databases, memberships,
 * attributes. Throws PostgreSQL's error if `admin` may not.
 */
export async function stripTenantRole(admin: Queryable, role: string): Promise<void> {
  const { rows } = await admin.query<{ sql: string }>(
    `SELECT format('ALTER ROLE %s IN DATABASE %I RESET ALL', r.oid::regrole, d.datname) AS sql
       FROM pg_roles r JOIN pg_db_role_setting s ON s.setrole = r.oid JOIN pg_database d ON d.oid = s.setdatabase
      WHERE r.rolname = $1
     UNION ALL
     SELECT format('REVOKE %s FROM %s GRANTED BY %s', m.roleid::regrole, r.oid::regrole, m.grantor::regrole)
       FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid
      WHERE r.rolname = $1 AND m.roleid <> $2::regrole
     UNION ALL
     SELECT format('ALTER ROLE %s %s', r.oid::regrole, attribute)
       FROM pg_roles r,
            LATERAL unnest(ARRAY[CASE WHEN rolsuper THEN 'NOSUPERUSER' END, CASE WHEN rolreplication THEN 'NOREPLICATION' END,
                                 CASE WHEN rolbypassrls THEN 'NOBYPASSRLS' END]) AS attribute
      WHERE r.rolname = $1 AND attribute IS NOT NULL`,
    [role, dmlRole],
  );
  for (const { sql } of rows) await despiteContention(() => admin.query(sql));
}

/** The `ALTER ROLE … SET` settings of a role, in every database or in one, sorted. */
export async function settingsOfRole(admin: Queryable, role: string): Promise<string[]> {
  const { rows } = await admin.query<{ setting: string }>(
    `SELECT coalesce(quote_ident(d.datname) || ': ', '') || setting AS setting
       FROM pg_roles r JOIN pg_db_role_setting s ON s.setrole = r.oid
       LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS setting
      WHERE r.rolname = $1 ORDER BY 1`,
    [role],
  );
  return rows.map(({ setting }) => setting);
}

/**
 * The verifier of a role's random password, always the same. A repeated step thus does not invalidate what poolers have
 * cached, and a pooler's user list can be computed from the password. A fixed salt does no harm for a password of 256 random
 * bits.
 */
export function roleVerifier(password: string): Promise<string> {
  return scramVerifier(password, createHmac('sha256', password).update('helpdeskly role').digest().subarray(0, 16));
}

async function createLoginRole(admin: Queryable, name: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount !== 0) return;
  try {
    await admin.query(`CREATE ROLE ${escapeIdentifier(name)} NOLOGIN NOCREATEDB NOCREATEROLE`);
  } catch (error) {
    if (sqlState(error) !== '42710') throw error; // duplicate_object: another session created it at the same moment
  }
}

/** Lets a role connect to its tenant's database. */
export async function grantDatabase(admin: Queryable, database: string, role: string): Promise<void> {
  const grant = `GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${escapeIdentifier(role)}`;
  await despiteContention(() => admin.query(grant));
}

/** Lets a role log in again; returns whether it exists. */
export function admitRole(admin: Queryable, role: string): Promise<boolean> {
  return alterRole(admin, role, 'LOGIN');
}

/**
 * Prevents a role from logging in, and ends its sessions, since NOLOGIN does not affect open ones. Does nothing if the
 * role does not exist.
 */
export async function shutRole(admin: Queryable, role: string): Promise<void> {
  if (!(await alterRole(admin, role, 'NOLOGIN'))) return;
  await admin.query('SELECT pg_terminate_backend(pid, 3000) FROM pg_stat_activity WHERE usename = $1', [role]);
}

/** How many sessions use a role: all of its sessions if clients connect directly, else the active ones. */
export async function usersOfRole(admin: Queryable, role: string, pooled: boolean): Promise<number> {
  const { rows } = await admin.query<{ users: number }>(
    `SELECT count(*)::int AS users FROM pg_stat_activity
      WHERE usename = $1 AND (NOT $2 OR state IS DISTINCT FROM 'idle')`,
    [role, pooled],
  );
  return rows[0]?.users ?? 0;
}

/** Drops a role whose sessions have ended, if it exists, and what it owns in databases of Helpdeskly. */
export async function dropRole(server: TenantServer, role: string, database: string): Promise<void> {
  const { admin } = server;
  const { rows } = await admin.query<{ role: boolean; database: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
            EXISTS (SELECT FROM pg_database WHERE datname = $2 AND datconnlimit <> -2) AS database`,
    [role, database],
  );
  if (rows[0]?.role !== true) return;
  await disownRole(server, role);
  const name = escapeIdentifier(role);
  if (rows[0].database) {
    const revoke = `REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM ${name}`;
    await despiteContention(() => admin.query(revoke));
  }
  await despiteContention(() => admin.query(`DROP ROLE IF EXISTS ${name}`));
}

/** Changes a role's connection limit; returns whether the role exists. */
export function limitTenantRole(admin: Queryable, name: string, maxConnections: number): Promise<boolean> {
  return alterRole(admin, name, `CONNECTION LIMIT ${Number(maxConnections)}`);
}

async function alterRole(admin: Queryable, role: string, change: string): Promise<boolean> {
  try {
    await despiteContention(() => admin.query(`ALTER ROLE ${escapeIdentifier(role)} WITH ${change}`));
    return true;
  } catch (error) {
    if (sqlState(error) === '42704') return false; // undefined_object
    throw error;
  }
}
