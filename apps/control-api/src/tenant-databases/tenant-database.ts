import { sqlState } from '@helpdeskly/database';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { despiteContention } from './contention.js';
import { bears, servedMarker } from './names.js';
import { ownerRole, readonlyRole, type Queryable } from './server-roles.js';

export interface TenantDatabaseSpec {
  readonly name: string;
  /** The login role that may connect; support staff's role may too. */
  readonly roleName: string;
  /** The database's comment; see ownershipMarker. */
  readonly marker: string;
}

/** Raised for a database that has a tenant's name but does not belong to that tenant. */
export class ForeignDatabase extends Error {
  constructor(name: string, { owner, comment }: { readonly owner: string; readonly comment: string | null }) {
    super(`The database ${name} exists and is not this tenant's (owner ${owner}, comment ${comment ?? 'none'}).`);
    this.name = 'ForeignDatabase';
  }
}

interface Found {
  readonly owner: string;
  readonly comment: string | null;
  readonly invalid: boolean;
  readonly open: boolean;
}

/** What a tenant's database is made from: a warm one, if there is any, else a clone of the template. */
export interface DatabaseSource {
  readonly template: string;
  /** Claims a warm database for this tenant and returns its name; called only if the tenant has no database. */
  readonly claimWarm: () => Promise<string | undefined>;
  /** The comment of warm databases: the tenant's database keeps it until its settings are made. */
  readonly warmMarker: string;
}

/**
 * Ensures a tenant's database: it renames a warm one or clones the template, keeps it closed until its grants, settings and
 * marker are right, and then opens it to its login role and to support staff. Repeatable from any point at which it stopped.
 */
export async function ensureTenantDatabase(
  admin: Queryable,
  spec: TenantDatabaseSpec,
  { template, claimWarm, warmMarker }: DatabaseSource,
): Promise<void> {
  const name = escapeIdentifier(spec.name);
  let found = await find(admin, spec.name);
  if (found?.invalid === true) {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`); // A crashed DROP left it, and nothing else can be done with it.
    found = undefined;
  }
  if (found !== undefined) refuseForeign(found, spec, warmMarker);
  else if (!(await adopt(admin, spec.name, await claimWarm()))) await cloneClosed(admin, spec, template);
  await despiteContention(() =>
    admin.query(`
      ${closedSettings(spec)}
      ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true;
      GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(spec.roleName)}, ${readonlyRole};`),
  );
}

/** Whether a tenant's database is there. Throws ForeignDatabase if it is not that tenant's. */
export async function hasDatabase(
  admin: Queryable,
  { name, marker }: Pick<TenantDatabaseSpec, 'name' | 'marker'>,
): Promise<boolean> {
  const found = await find(admin, name);
  if (found !== undefined && !bears(found.comment, marker)) throw new ForeignDatabase(name, found);
  return found !== undefined;
}

/** Makes a filled database a tenant's: it gets its name, its marker and its login role at once, or stays what it was. Repeatable. */
export async function takeOver(admin: Queryable, from: string, spec: TenantDatabaseSpec): Promise<void> {
  if (await hasDatabase(admin, spec)) return;
  await despiteContention(() => admin.query(takeOverSql(from, spec)));
}

/** One implicit transaction: PostgreSQL renames databases in one. */
export function takeOverSql(from: string, spec: TenantDatabaseSpec): string {
  const name = escapeIdentifier(spec.name);
  return `
      ALTER DATABASE ${escapeIdentifier(from)} RENAME TO ${name};
      COMMENT ON DATABASE ${name} IS ${escapeLiteral(spec.marker)};
      GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(spec.roleName)}, ${readonlyRole};`;
}

/** Clones `template` into a database to which nobody may connect, and adds everything that a clone does not copy. */
export async function cloneClosed(
  admin: Queryable,
  spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>,
  template: string,
): Promise<void> {
  await clone(admin, spec.name, template);
  await despiteContention(() => admin.query(closedSettings(spec)));
}

/** Resets the settings of a tenant's database to their initial values. */
export async function settleDatabase(admin: Queryable, name: string): Promise<void> {
  const database = escapeIdentifier(name);
  await despiteContention(() => admin.query(`ALTER DATABASE ${database} RESET ALL; ${settingsOf(name)}`));
}

function settingsOf(database: string): string {
  const name = escapeIdentifier(database);
  return `
      ALTER DATABASE ${name} SET timezone = 'UTC';
      ALTER DATABASE ${name} SET search_path = public;`;
}

function closedSettings(spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>): string {
  const name = escapeIdentifier(spec.name);
  return `
      REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
      ${settingsOf(spec.name)}
      COMMENT ON DATABASE ${name} IS ${escapeLiteral(spec.marker)};`;
}

/** Renames a warm database, which keeps its settings; returns whether that one existed. */
async function adopt(admin: Queryable, name: string, warm: string | undefined): Promise<boolean> {
  if (warm === undefined) return false;
  try {
    const rename = `ALTER DATABASE ${escapeIdentifier(warm)} RENAME TO ${escapeIdentifier(name)}`;
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

/**
 * Ends every session in a tenant's database and drops it. Throws if its comment is neither `marker` nor `warmMarker`, which it has if
 * provisioning stopped while it took over a warm database. Repeatable.
 */
export async function dropTenantDatabase(
  admin: Queryable,
  name: string,
  marker: string,
  warmMarker?: string,
): Promise<void> {
  const found = await find(admin, name);
  if (found === undefined) return;
  if (!found.invalid) refuseForeign(found, { name, marker }, warmMarker);
  await despiteContention(() => admin.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`));
}

/** Drops a database that an interrupted DROP DATABASE left invalid; does not drop any other. */
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

/** An unfinished clone has no marker yet, but nobody could connect to it either. */
function refuseForeign(
  found: Found,
  spec: Pick<TenantDatabaseSpec, 'name' | 'marker'>,
  warmMarker: string | undefined,
): void {
  const unfinished = (found.comment === null || found.comment === warmMarker) && !found.open;
  if (found.owner === ownerRole && (bears(found.comment, spec.marker) || unfinished)) return;
  throw new ForeignDatabase(spec.name, found);
}

async function clone(admin: Queryable, name: string, template: string): Promise<void> {
  const from = `TEMPLATE ${escapeIdentifier(template)} OWNER ${ownerRole} ALLOW_CONNECTIONS false`;
  try {
    await despiteContention(() => admin.query(`CREATE DATABASE ${escapeIdentifier(name)} WITH ${from}`));
  } catch (error) {
    if (sqlState(error) !== '42P04') throw error; // duplicate_database: another run of this job made it
  }
}
