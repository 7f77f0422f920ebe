import pg from 'pg';

/** Every role that reads the catalog; the login role of CATALOG_DATABASE_URL is a member. */
const readers = 'helpdeskly_catalog_readers';

/**
 * Makes the login role of `catalogUrl` on the control database's server, able to connect to the control database and to
 * read the views of its schema `catalog`, and nothing more. Safe to repeat; a changed password is taken over.
 * `client` is connected to the control database as its owner or a superuser.
 */
export async function ensureCatalogRole(client: pg.ClientBase, catalogUrl: string): Promise<void> {
  const url = new URL(catalogUrl);
  const role = pg.escapeIdentifier(decodeURIComponent(url.username));
  const password = pg.escapeLiteral(decodeURIComponent(url.password));
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = pg.escapeIdentifier(rows[0]?.name ?? '');
  // A new role may do nothing; naming what it may not (NOSUPERUSER…) would take a superuser to say.
  await createRole(client, readers, 'NOLOGIN');
  await createRole(client, decodeURIComponent(url.username), 'LOGIN');
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${password}`);
  await client.query(`ALTER ROLE ${role} SET search_path = catalog`);
  await client.query(`GRANT ${readers} TO ${role}`);
  await client.query(`
    REVOKE ALL ON DATABASE ${database} FROM PUBLIC;
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${database} TO ${role};
    GRANT USAGE ON SCHEMA catalog TO ${readers};
    GRANT SELECT ON ALL TABLES IN SCHEMA catalog TO ${readers};`);
}

/** Two processes may start at once: the second finds the role that the first one made. */
async function createRole(client: pg.ClientBase, name: string, attributes: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (rows.length > 0) return;
  try {
    await client.query(`CREATE ROLE ${pg.escapeIdentifier(name)} ${attributes}`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== '42710' && code !== '23505') throw error; // duplicate_object, or its unique index in a race
  }
}
