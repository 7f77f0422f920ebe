import { readFile } from 'node:fs/promises';
import pg from 'pg';

/** The same path from src and from dist. */
const scripts = new URL('../../../prisma/server/', import.meta.url);

/** Creates databases and roles, and is no superuser. */
export const administratorRole = 'helpdeskly_admin';

/** Templates are clones of it. */
const base = 'helpdeskly_base';

/**
 * Prepares a server for tenants' databases, as prisma/server/prepare.sql does with psql. Repeatable; it also hands over what a
 * superuser administered until then. Returns the administrator's URL, with the database of `superuserUrl`.
 */
export async function prepareTenantServer(superuserUrl: string, password: string): Promise<string> {
  await connected(superuserUrl, async (superuser) => {
    await superuser.query(await script('administrator.sql'));
    await superuser.query(`ALTER ROLE ${administratorRole} PASSWORD ${pg.escapeLiteral(password)}`);
    const { rowCount } = await superuser.query('SELECT FROM pg_database WHERE datname = $1', [base]);
    if (rowCount === 0)
      await superuser.query(
        `CREATE DATABASE ${base} TEMPLATE template0 ENCODING 'UTF8'
           LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'`,
      );
    await superuser.query(`REVOKE ALL ON DATABASE ${base} FROM PUBLIC; ALTER DATABASE ${base} ALLOW_CONNECTIONS true`);
    const inBase = new URL(superuserUrl);
    inBase.pathname = `/${base}`;
    const closing = await script('large-objects.sql');
    await connected(inBase.href, (client) => client.query(closing));
    await superuser.query(`ALTER DATABASE ${base} ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  });
  const url = new URL(superuserUrl);
  url.username = administratorRole;
  url.password = password;
  return url.href;
}

const script = (name: string) => readFile(new URL(name, scripts), 'utf8');

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  client.on('error', () => undefined); // The interrupted query throws.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
