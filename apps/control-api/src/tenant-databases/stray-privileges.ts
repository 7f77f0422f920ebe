import { escapeIdentifier, type ClientBase } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from './contention.js';
import { dmlRole, ownerRole, readonlyRole, type Queryable } from './server-roles.js';

/** An object or a grant in a tenant's database that comes from a role other than the database's owner. */
export interface StrayPrivilege {
  readonly database: string;
  readonly role: string;
  /** The end of a sentence for operators. */
  readonly what: string;
}

const isTenantRole = (name: string) => `${name} ~ '^t_[0-9a-f]{32}_[ab]$'`;

/** Tenants' roles own nothing and have no grant but CONNECT; the shared roles that they belong to own nothing. */
const strayDependencies = `
  FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid JOIN pg_database d ON d.oid = s.dbid
 WHERE s.refclassid = 'pg_authid'::regclass AND d.datallowconn AND d.datconnlimit <> -2
   AND pg_get_userbyid(d.datdba) = '${ownerRole}'
   AND (${isTenantRole('r.rolname')} OR s.deptype = 'o' AND r.rolname IN ('${dmlRole}', '${readonlyRole}'))`;

/**
 * Such objects and grants on a server. Any role that can log in may ALTER DEFAULT PRIVILEGES, also for roles that it is a member
 * of and in favour of any role. Each role named there can then not be dropped, including other tenants' roles.
 * Source: https://www.postgresql.org/docs/18/catalog-pg-shdepend.html
 */
export async function strayPrivileges(admin: Queryable): Promise<readonly StrayPrivilege[]> {
  const { rows } = await admin.query<StrayPrivilege>(
    `SELECT DISTINCT d.datname AS database, r.rolname AS role,
            CASE s.deptype WHEN 'o' THEN 'owns ' ELSE 'is named by ' END
              || CASE s.classid WHEN 'pg_default_acl'::regclass THEN 'default privileges'
                                WHEN 'pg_largeobject'::regclass THEN 'large objects'
                                ELSE 'something in ' || s.classid::regclass END AS what
       ${strayDependencies} ORDER BY 1, 2, 3`,
  );
  return rows;
}

const isStrayEntry = `
  a.defaclrole <> '${ownerRole}'::regrole
  AND (EXISTS (SELECT FROM pg_roles r WHERE r.oid = a.defaclrole
                  AND (${isTenantRole('r.rolname')} OR r.rolname IN ('${dmlRole}', '${readonlyRole}')))
       OR EXISTS (SELECT FROM aclexplode(a.defaclacl) x JOIN pg_roles r ON r.oid = x.grantee WHERE ${isTenantRole('r.rolname')}))`;

/** Resets `ALTER DEFAULT PRIVILEGES` of every role but the database's owner to PostgreSQL's defaults. */
const resetDefaults = `
  WITH entry AS (
    SELECT a.oid, a.defaclrole::regrole::text AS role, a.defaclacl, a.defaclnamespace = 0 AS everywhere,
           CASE WHEN a.defaclnamespace = 0 THEN '' ELSE ' IN SCHEMA ' || a.defaclnamespace::regnamespace END AS place,
           CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END AS kind
      FROM pg_default_acl a WHERE ${isStrayEntry})
  SELECT sql FROM (
    SELECT 1 AS step, format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE ALL ON %s FROM %s', role, place, kind,
                             CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END) AS sql
      FROM entry, LATERAL (SELECT DISTINCT grantee FROM aclexplode(defaclacl)) AS x
    UNION ALL
    SELECT 2, format('ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT ALL ON %s TO %1$s', role, kind) FROM entry WHERE everywhere
    UNION ALL
    SELECT 3, format('ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT %s ON %s TO PUBLIC', role,
                     CASE kind WHEN 'TYPES' THEN 'USAGE' ELSE 'EXECUTE' END, kind)
      FROM entry WHERE everywhere AND kind IN ('FUNCTIONS', 'TYPES')) AS resets ORDER BY step`;

const strangeOwners = `
  SELECT a.defaclrole::regrole::text AS role FROM pg_default_acl a WHERE ${isStrayEntry}
  UNION SELECT lomowner::regrole::text FROM pg_largeobject_metadata WHERE ${isTenantRole('lomowner::regrole::text')}`;

/**
 * Removes all of these from one tenant's database: default privileges of every role but its owner, and large objects of tenants'
 * roles, which the product does not use. Repeatable.
 */
export function clearStrayPrivileges(server: TenantServer, database: string): Promise<void> {
  return within(server, database, async (client) => {
    const { rows: owners } = await client.query<{ role: string }>(strangeOwners);
    await actingFor(
      client,
      owners.map(({ role }) => role),
      async () => {
        const { rows } = await client.query<{ sql: string }>(resetDefaults);
        for (const { sql } of rows) await client.query(sql);
        await client.query(
          `SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE ${isTenantRole('lomowner::regrole::text')}`,
        );
      },
    );
  });
}

/** Removes from every database of Helpdeskly what would prevent a role from being dropped. Repeatable. */
export async function disownRole(server: TenantServer, role: string): Promise<void> {
  const { rows } = await server.admin.query<{ database: string }>(
    `SELECT DISTINCT d.datname AS database ${strayDependencies} AND r.rolname = $1`,
    [role],
  );
  for (const { database } of rows) {
    await clearStrayPrivileges(server, database);
    const drop = `DROP OWNED BY ${escapeIdentifier(role)}`;
    await within(server, database, (client) => actingFor(client, [escapeIdentifier(role)], () => client.query(drop)));
  }
}

async function within(
  server: TenantServer,
  database: string,
  work: (client: ClientBase) => Promise<unknown>,
): Promise<void> {
  const client = await server.connect(database);
  try {
    await despiteContention(async () => {
      await client.query(`BEGIN; SET LOCAL lock_timeout = '5s'`);
      try {
        await work(client);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    });
  } finally {
    await client.end();
  }
}

/** Runs `work` with the privileges of `roles` (quoted), which an administrator who is no superuser gets only for that time. */
async function actingFor(client: ClientBase, roles: readonly string[], work: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean }>(
    'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  if (rows[0]?.superuser === true || roles.length === 0) return void (await work());
  const list = roles.join(', ');
  await client.query(`GRANT ${list} TO CURRENT_USER WITH INHERIT TRUE, SET FALSE`);
  await work();
  await client.query(`REVOKE ${list} FROM CURRENT_USER GRANTED BY CURRENT_USER`);
}
