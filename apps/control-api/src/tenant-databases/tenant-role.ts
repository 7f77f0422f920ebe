import { createHmac } from 'node:crypto';
import { scramVerifier, sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { despiteContention } from './contention.js';
import { dmlRole, type Queryable } from './server-roles.js';

export interface TenantRole {
  readonly name: string;
  readonly password: string;
  /** PostgreSQL's CONNECTION LIMIT: it counts over all processes. */
  readonly maxConnections: number;
  readonly statementTimeoutMs: number;
  /** What `COMMENT ON ROLE` says; see ownershipMarker. */
  readonly marker: string;
}

/**
 * Makes sure of a tenant's login role: a member of the DML role that can neither become it nor own anything. Repeatable,
 * and brings a role that is there already to what is asked for.
 */
export async function ensureTenantRole(admin: Queryable, role: TenantRole): Promise<void> {
  const name = escapeIdentifier(role.name);
  const verifier = escapeLiteral(await roleVerifier(role.password));
  await despiteContention(() => createLoginRole(admin, role.name));
  await despiteContention(() =>
    admin.query(`
      ALTER ROLE ${name} WITH LOGIN NOCREATEDB NOCREATEROLE INHERIT
        CONNECTION LIMIT ${Number(role.maxConnections)} PASSWORD ${verifier};
      ALTER ROLE ${name} SET statement_timeout = ${Number(role.statementTimeoutMs)};
      COMMENT ON ROLE ${name} IS ${escapeLiteral(role.marker)};
      GRANT ${dmlRole} TO ${name} WITH INHERIT TRUE, SET FALSE, ADMIN FALSE;`),
  );
}

/**
 * The verifier of a role's random password, the same each time: a step that runs again does not move what poolers have
 * cached of it, and a pooler's user list can be written from the password. The salt of a password of 256 random bits has
 * nobody to confuse.
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
    if (sqlState(error) !== '42710') throw error; // duplicate_object: made at the same moment
  }
}

/** Moves the limit of a role that is there; answers whether it is. */
export async function limitTenantRole(admin: Queryable, name: string, maxConnections: number): Promise<boolean> {
  try {
    const limit = `CONNECTION LIMIT ${Number(maxConnections)}`;
    await despiteContention(() => admin.query(`ALTER ROLE ${escapeIdentifier(name)} WITH ${limit}`));
    return true;
  } catch (error) {
    if (sqlState(error) === '42704') return false; // undefined_object
    throw error;
  }
}
