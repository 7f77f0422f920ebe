import { sqlState } from '@helpdeskly/database';
import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import { despiteContention } from './contention.js';

/** Owns every tenant's database and everything in it; cannot log in. Migrations run as this role. */
export const ownerRole = 'helpdeskly_owner';

/** Reads and writes rows in tenants' databases; cannot log in. Tenants' login roles are its members. */
export const dmlRole = 'helpdeskly_dml';

/** Reads tenants' rows, for support staff in pgAdmin; see ensureReadonlyRole for whether it can log in. */
export const readonlyRole = 'helpdeskly_readonly';

/** Runs on one connection or on any of a pool. */
export type Queryable = Pick<ClientBase | Pool, 'query'>;

/**
 * Creates the two roles that all tenants of a server share. If `admin` is no superuser, lets it act for the owner.
 */
export async function ensureSharedRoles(admin: Queryable): Promise<void> {
  for (const role of [ownerRole, dmlRole, readonlyRole]) {
    await despiteContention(() => ensureGroupRole(admin, role));
  }
  const { rows } = await admin.query<{ superuser: boolean; member: boolean }>(
    `SELECT rolsuper AS superuser, pg_has_role($1, 'USAGE') AND pg_has_role($1, 'SET') AS member
       FROM pg_roles WHERE rolname = current_user`,
    [ownerRole],
  );
  if (rows[0]?.superuser === false && !rows[0].member) {
    await despiteContention(() => admin.query(`GRANT ${ownerRole} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`));
  }
}

/** Ensures a role that cannot log in; another session may create it at the same moment. */
export async function ensureGroupRole(admin: Queryable, role: string): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount !== 0) return;
  try {
    await admin.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN NOCREATEDB NOCREATEROLE`);
  } catch (error) {
    if (sqlState(error) !== '42710') throw error; // duplicate_object
  }
}

/**
 * Revokes CONNECT and TEMPORARY on `databases` from PUBLIC: by default every role of a server may connect to every
 * database. Returns a sentence for each that `admin` may not close.
 */
export async function closeToPublic(admin: Queryable, databases: readonly string[]): Promise<string[]> {
  const open = async () => {
    const { rows } = await admin.query<{ datname: string }>(
      `SELECT datname FROM pg_database
        WHERE datname = ANY($1) AND datallowconn AND datconnlimit <> -2
          AND (has_database_privilege('public', oid, 'CONNECT') OR has_database_privilege('public', oid, 'TEMPORARY'))`,
      [databases],
    );
    return rows.map((row) => row.datname);
  };
  for (const name of await open()) {
    try {
      await despiteContention(() =>
        admin.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${escapeIdentifier(name)} FROM PUBLIC`),
      );
    } catch (error) {
      if (sqlState(error) !== '42501') throw error; // insufficient_privilege: reported below
    }
  }
  return (await open()).map(
    (name) => `Every role may connect to the database ${name}: its owner must revoke CONNECT from PUBLIC.`,
  );
}

/** An empty database in which prisma/server/prepare.sql has closed large objects; only a superuser can. */
export const closedBase = 'helpdeskly_base';

/** Whether it exists, was created by a superuser, and is finished. */
export async function hasClosedBase(admin: Queryable): Promise<boolean> {
  const { rowCount } = await admin.query(
    `SELECT FROM pg_database d JOIN pg_roles o ON o.oid = d.datdba
      WHERE d.datname = $1 AND o.rolsuper AND d.datistemplate AND NOT d.datallowconn`,
    [closedBase],
  );
  return rowCount === 1;
}

/** The identifier of the cluster that runs the query. */
export const clusterName = 'SELECT system_identifier::text AS name FROM pg_control_system()';

/** A sentence if `admin` is a superuser of the control database's cluster, and can therefore bypass the audit trail's lock. */
export async function aboveAuditLock(admin: Queryable, controlCluster: string | undefined): Promise<string[]> {
  const { rowCount } = await admin.query(
    `SELECT FROM pg_roles, (${clusterName}) AS cluster WHERE rolname = current_user AND rolsuper AND cluster.name = $1`,
    [controlCluster],
  );
  if (rowCount === 0) return [];
  return [
    'The administrator of tenants’ databases is a superuser of the control database’s server, and stands above the audit ' +
      'trail’s lock: prisma/server/prepare.sql makes one that does not.',
  ];
}

/** A sentence for each protection that an administrator without superuser rights cannot set up until it is granted. */
export async function missingPrivileges(admin: Queryable): Promise<string[]> {
  const { rows } = await admin.query<{ name: string; superuser: boolean; limits: boolean; watches: boolean }>(
    `SELECT current_user::text AS name, rolsuper AS superuser, has_parameter_privilege('temp_file_limit', 'SET') AS limits,
            rolsuper OR pg_has_role('pg_read_all_stats', 'USAGE') AS watches
       FROM pg_roles WHERE rolname = current_user`,
  );
  const [may] = rows;
  if (may === undefined) return [];
  const name = escapeIdentifier(may.name);
  return [
    ...(may.limits
      ? []
      : [
          `Tenants' temporary files are not limited: a superuser must GRANT SET ON PARAMETER temp_file_limit TO ${name}.`,
        ]),
    ...(may.watches
      ? []
      : [`Tenants' sessions that take too long are not ended: a superuser must GRANT pg_read_all_stats TO ${name}.`]),
    ...(may.superuser || (await hasClosedBase(admin))
      ? []
      : ['Whoever reads a tenant’s database can make large objects: a superuser must run prisma/server/prepare.sql.']),
  ];
}
