import { sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { despiteContention } from './contention.js';
import { bears, servedMarker } from './names.js';
import { ownerRole, readonlyRole, type Queryable } from './server-roles.js';

export interface TenantDatabaseSpec {
  readonly name: string;
  /** The login role that may connect; support staff's may too. */
  readonly roleName: string;
  /** What `COMMENT ON DATABASE` says; see ownershipMarker. */
  readonly marker: string;
}

interface Found {
  readonly owner: string;
  readonly comment: string | null;
  readonly invalid: boolean;
  readonly open: boolean;
}

/** What a tenant's database is made of: a warm one of that name and marker, if there is any, else a clone of the template. */
export interface DatabaseSource {
  readonly template: string;
  readonly warm?: { readonly name: string; readonly marker: string };
}

/**
 * Makes sure of a tenant's database: a warm one renamed, or the template cloned; closed until its grants, settings and
 * marker are right, then open to its login role and to support staff. Repeatable from any point at which it stopped.
 */
export async function ensureTenantDatabase(
  admin: Queryable,
  spec: TenantDatabaseSpec,
  { template, warm }: DatabaseSource,
): Promise<void> {
  const name = escapeIdentifier(spec.name);
  let found = await find(admin, spec.name);
  if (found?.invalid === true) {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`); // A crashed DROP left it: nothing else can be done with it.
    found = undefined;
  }
  if (found === undefined && !(await adopt(admin, spec.name, warm))) await cloneClosed(admin, spec, template);
  else if (found !== undefined && found.comment !== warm?.marker) refuseForeign(found, spec);
  await despiteContention(() =>
    admin.query(`
      ${closedSettings(spec)}
      ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true;
      GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(spec.roleName)}, ${readonlyRole};`),
  );
}

/** Clones `template` into a database that nobody may connect to, with everything that cloning does not take over. */
export async function cloneClosed(
  admin: Queryable,
  spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>,
  template: string,
): Promise<void> {
  await clone(admin, spec.name, template);
  await despiteContention(() => admin.query(closedSettings(spec)));
}

function closedSettings(spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>): string {
  const name = escapeIdentifier(spec.name);
  return `
      REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
      ALTER DATABASE ${name} SET timezone = 'UTC';
      ALTER DATABASE ${name} SET search_path = public;
      COMMENT ON DATABASE ${name} IS ${escapeLiteral(spec.marker)};`;
}

/** Renames a warm database, which keeps its settings; answers whether that one is there. */
async function adopt(admin: Queryable, name: string, warm: DatabaseSource['warm']): Promise<boolean> {
  if (warm === undefined) return false;
  try {
    const rename = `ALTER DATABASE ${escapeIdentifier(warm.name)} RENAME TO ${escapeIdentifier(name)}`;
    await despiteContention(() => admin.query(rename));
    return true;
  } catch (error) {
    if (sqlState(error) !== '3D000') throw error; // invalid_catalog_name: somebody dropped it
    return false;
  }
}

/** Marks a tenant's database as one that has served; see servedMarker. */
export async function markServed(admin: Queryable, name: string, marker: string): Promise<void> {
  const comment = `COMMENT ON DATABASE ${escapeIdentifier(name)} IS ${escapeLiteral(servedMarker(marker))}`;
  await despiteContention(() => admin.query(comment));
}

/** Ends every session in a tenant's database and drops it. Throws for a database that is not this tenant's. Repeatable. */
export async function dropTenantDatabase(admin: Queryable, name: string, marker: string): Promise<void> {
  const found = await find(admin, name);
  if (found === undefined) return;
  if (!found.invalid) refuseForeign(found, { name, marker });
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`));
}

/** Drops a database that a DROP DATABASE left invalid; any other one stays. */
export async function dropInvalidDatabase(admin: Queryable, name: string): Promise<void> {
  if ((await find(admin, name))?.invalid !== true) return;
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)}`));
}

async function find(admin: Queryable, name: string): Promise<Found | undefined> {
  const { rows } = await admin.query<Found>(
    `SELECT pg_get_userbyid(datdba) AS owner, shobj_description(oid, 'pg_database') AS comment,
            datconnlimit = -2 AS invalid, datallowconn AS open
       FROM pg_database WHERE datname = $1`,
    [name],
  );
  return rows[0];
}

/** A clone that was never finished has no marker yet, but nobody could connect to it either. */
function refuseForeign(found: Found, spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>): void {
  const unfinished = found.comment === null && !found.open;
  if (found.owner === ownerRole && (bears(found.comment, spec.marker) || unfinished)) return;
  throw new Error(
    `The database ${spec.name} exists and is not this tenant's (owner ${found.owner}, comment ${found.comment ?? 'none'}).`,
  );
}

async function clone(admin: Queryable, name: string, template: string): Promise<void> {
  const from = `TEMPLATE ${escapeIdentifier(template)} OWNER ${ownerRole} ALLOW_CONNECTIONS false`;
  try {
    await despiteContention(() => admin.query(`CREATE DATABASE ${escapeIdentifier(name)} WITH ${from}`));
  } catch (error) {
    if (sqlState(error) !== '42P04') throw error; // duplicate_database: another run of this job made it
  }
}
