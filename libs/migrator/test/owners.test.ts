import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, type Migration } from '@helpdeskly/migrator';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, step } from './databases.js';

const databases = new Databases();
let name: string;
let owner: string;
let plain: { readonly name: string; readonly password: string };

/** As an installation has it: who migrates is no superuser. */
beforeAll(async () => {
  name = await databases.create();
  owner = `${name}_owner`;
  plain = { name: `${name}_plain`, password: 'plain' };
  await asAdmin((admin) =>
    admin.query(
      `CREATE ROLE ${owner} NOLOGIN; CREATE ROLE ${plain.name} LOGIN PASSWORD 'plain';
       GRANT ${owner} TO ${plain.name} WITH INHERIT TRUE, SET TRUE; ALTER DATABASE ${name} OWNER TO ${owner}`,
    ),
  );
  await connected(urlOf(name), (client) =>
    client.query(
      `CREATE TABLE by_hand (); CREATE FUNCTION by_hand() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT SELECT ON by_hand TO ${owner};
       CREATE FOREIGN DATA WRAPPER elsewhere; GRANT USAGE ON FOREIGN DATA WRAPPER elsewhere TO ${owner};
       CREATE SERVER elsewhere FOREIGN DATA WRAPPER elsewhere; ALTER SERVER elsewhere OWNER TO ${owner};
       CREATE FUNCTION for_its_owner() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN CREATE TABLE lent (); END $$`,
    ),
  );
});
afterAll(async () => {
  await databases.drop();
  await asAdmin((admin) => admin.query(`DROP ROLE ${plain.name}, ${owner}`));
});

let number = 0;
const done: Migration[] = [];

async function apply(script: string): Promise<void> {
  const added = step(String(++number).padStart(4, '0'), script);
  await connected(urlOf(name, plain), (client) => migrate(client, [...done, added], { asRole: owner }));
  done.push(added);
}

describe('what a session that cannot become a superuser makes as another owner', () => {
  it.each([
    ['a table', 'RESET ROLE; CREATE TABLE made ()', /table made \(\w+_plain\)/],
    ['a function', `RESET ROLE; CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'`, /function made\(\)/],
    ['a type', `RESET ROLE; CREATE TYPE made AS ENUM ('a')`, /type made/],
    ['a composite type', 'RESET ROLE; CREATE TYPE made AS (a int)', /(?:composite )?type made/],
    ['a schema', 'RESET ROLE; CREATE SCHEMA made', /schema made/],
    ['a sequence', 'RESET ROLE; CREATE SEQUENCE made', /sequence made/],
    ['a large object', 'RESET ROLE; SELECT lo_create(4711)', /large object 4711/],
    ['a collation', `RESET ROLE; CREATE COLLATION made (provider = builtin, locale = 'C')`, /collation made/],
    [
      'a text search configuration',
      'RESET ROLE; CREATE TEXT SEARCH CONFIGURATION made (COPY = simple)',
      /text search configuration made/,
    ],
    ['a table that it gives away', 'CREATE TABLE made (); ALTER TABLE made OWNER TO pg_database_owner', /table made/],
    ['a table that a function makes for its owner', 'SELECT for_its_owner()', /table lent \(postgres\)/],
  ])('fails it by name: %s', async (_what, script, message) => {
    await expect(apply(script)).rejects.toMatchObject({ sqlState: '42501', message: expect.stringMatching(message) });
  });

  it.each([
    ['default grants', 'RESET ROLE; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor'],
    ['a user mapping', 'CREATE USER MAPPING FOR SESSION_USER SERVER elsewhere'],
  ])('does not count what is for another role and owned by nobody: %s', async (_what, script) => {
    await expect(apply(script)).resolves.toBeUndefined();
  });

  it('does not count what was there before, an extension, or a temporary table', async () => {
    await apply(
      `CREATE EXTENSION pg_trgm; CREATE TABLE own (id int GENERATED ALWAYS AS IDENTITY); RESET ROLE; CREATE TEMPORARY TABLE briefly (id int)`,
    );
    await apply('CREATE INDEX own_id ON own (id)');
    expect(done).toHaveLength(4);
  });
});
