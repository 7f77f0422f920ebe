import { scramVerifier, sqlState } from '@helpdeskly/database';
import pg from 'pg';
import { RoleUnsuitable } from './errors.js';

/**
 * Creates the login role of `url`, the value of `variable`, on the control database's server, allows it to connect to the control
 * database, and returns its name. Throws RoleUnsuitable for a role that may do more, and does not change that role.
 */
export async function ensureLoginRole(client: pg.ClientBase, variable: string, url: string): Promise<string> {
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username);
  const role = pg.escapeIdentifier(name);
  await createRole(client, name);
  await assertSuitable(client, variable, name);
  const kept = password === '' ? '' : `PASSWORD ${pg.escapeLiteral(await unreadable(decodeURIComponent(password)))}`;
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = pg.escapeIdentifier(rows[0]?.name ?? '');
  await client.query(`ALTER ROLE ${role} WITH LOGIN ${kept}`);
  await client.query(`
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${role};`);
  return name;
}

/** Two processes may start at once: the second one finds the first one's role. */
async function createRole(client: pg.ClientBase, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount !== 0) return;
  try {
    await client.query(`CREATE ROLE ${pg.escapeIdentifier(name)} WITH LOGIN`);
  } catch (error) {
    const state = sqlState(error);
    if (state !== '42710' && state !== '23505') throw error; // duplicate_object, or its unique index in a race
  }
}

/** If somebody names the control database's owner or a superuser by mistake, app-api would read everything that it must not see. */
async function assertSuitable(client: pg.ClientBase, variable: string, name: string): Promise<void> {
  const { rows } = await client.query<{ powers: string[] }>(
    `SELECT array_remove(ARRAY[
              CASE WHEN r.rolsuper THEN 'is a superuser' END,
              CASE WHEN r.rolcreaterole THEN 'may create roles' END,
              CASE WHEN r.rolcreatedb THEN 'may create databases' END,
              CASE WHEN r.rolreplication THEN 'may replicate' END,
              CASE WHEN r.rolbypassrls THEN 'bypasses row security' END,
              CASE WHEN pg_has_role(r.oid, d.datdba, 'MEMBER') THEN 'owns the control database' END,
              CASE WHEN r.rolname = current_user THEN 'is the role of the control API' END], NULL) AS powers
       FROM pg_roles r, pg_database d
      WHERE r.rolname = $1 AND d.datname = current_database()`,
    [name],
  );
  const powers = rows[0]?.powers ?? [];
  if (powers.length > 0) throw new RoleUnsuitable(variable, name, powers);
}

/** A verifier instead of the password: the server writes a failing statement into its log. */
async function unreadable(password: string): Promise<string> {
  return /^[\x20-\x7e]+$/.test(password) ? scramVerifier(password) : password; // For characters beyond ASCII, the server must apply SASLprep.
}
