import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appliedMigrations, migrate, type Migration } from '@helpdeskly/migrator';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, step } from './databases.js';

const databases = new Databases();
let name: string;
let owner: string;

beforeAll(async () => {
  name = await databases.create();
  owner = `${name}_owner`;
  await asAdmin((admin) => admin.query(`CREATE ROLE ${owner} NOLOGIN; ALTER DATABASE ${name} OWNER TO ${owner}`));
});
afterAll(async () => {
  await databases.drop();
  await asAdmin((admin) => admin.query(`DROP ROLE ${owner}`));
});

const ask = (sql: string) =>
  connected(urlOf(name), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const seen = `SELECT current_user::text AS "role", session_user::text AS "session", current_setting('search_path') AS "path",
  current_setting('lock_timeout') AS "lock", current_setting('statement_timeout') AS "statement"`;

let number = 0;
const next = (sql: string) => step(String(++number).padStart(4, '0'), sql);
const done: Migration[] = [];
/** Applies these after all others. */
async function apply(...scripts: string[]): Promise<void> {
  const added = scripts.map(next);
  const settings = { asRole: owner, lockTimeoutMs: 3000, statementTimeoutMs: 60_000 };
  await connected(urlOf(name), (client) => migrate(client, [...done, ...added], settings));
  done.push(...added);
}

describe('what a script leaves in its session', () => {
  it.each([
    ['a role', 'RESET ROLE'],
    ['a session user', `SET SESSION AUTHORIZATION pg_monitor`],
    ['a search path', `CREATE SCHEMA elsewhere; SET search_path = elsewhere`],
    ['an empty search path', `SELECT pg_catalog.set_config('search_path', '', false)`],
    ['patience without end', 'SET lock_timeout = 0; SET statement_timeout = 0'],
    ['no patience', `SET lock_timeout = '1ms'; SET statement_timeout = '1h'`],
    ['a temporary table', 'CREATE TEMPORARY TABLE seen (x int)'],
    ['no lock', 'SELECT pg_advisory_unlock_all()'],
    ['a prepared statement and a cursor', `PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1`],
  ])('is gone before the next: %s', async (_what, script) => {
    const table = `seen_${number}`;
    await apply(
      script,
      `CREATE TABLE ${table} AS ${seen}, to_regclass('pg_temp.seen') AS "temporary",
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369 AND pid = pg_backend_pid()) AS "locks",
      (SELECT count(*)::int FROM pg_cursors WHERE is_holdable) AS "cursors"`,
    );
    expect(await ask(`SELECT * FROM ${table}`)).toEqual([
      {
        role: owner,
        session: 'postgres',
        path: '"$user", public',
        lock: '3s',
        statement: '1min',
        temporary: null,
        locks: 1,
        cursors: 0,
      },
    ]);
    const applied = await connected(urlOf(name), (client) => appliedMigrations(client));
    expect(applied).toHaveLength(done.length);
  });

  it('is gone for the caller as well', async () => {
    await connected(urlOf(name), async (client) => {
      await migrate(client, [...done, next(`SET search_path = pg_catalog`)], { asRole: owner });
      done.push(step(String(number).padStart(4, '0'), 'SET search_path = pg_catalog'));
      expect((await client.query(seen)).rows).toMatchObject([{ role: 'postgres', path: '"$user", public' }]);
    });
  });
});

describe('what a script makes as another owner', () => {
  it.each([
    ['a table', 'RESET ROLE; CREATE TABLE foreign_made ()', /table foreign_made \(postgres\)/],
    [
      'a function',
      `RESET ROLE; CREATE FUNCTION foreign_made() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      /function foreign_made\(\)/,
    ],
    ['a type', `RESET ROLE; CREATE TYPE foreign_made AS ENUM ('a')`, /type foreign_made/],
    ['a schema', 'RESET ROLE; CREATE SCHEMA foreign_made', /schema foreign_made/],
    [
      'a sequence that it then hands back the role for',
      `RESET ROLE; CREATE SEQUENCE foreign_made; SET ROLE pg_monitor`,
      /sequence foreign_made/,
    ],
    [
      'a table that it gives away',
      `CREATE TABLE foreign_made (); RESET ROLE; ALTER TABLE foreign_made OWNER TO pg_monitor`,
      /foreign_made \(pg_monitor\)/,
    ],
  ])('fails it by name, and is not there: %s', async (_what, script, message) => {
    await expect(apply(script)).rejects.toMatchObject({ sqlState: '42501', message: expect.stringMatching(message) });
    expect(
      await ask(`SELECT to_regclass('foreign_made') AS made, to_regnamespace('foreign_made') AS schema,
                             to_regproc('foreign_made') AS function, to_regtype('foreign_made') AS type`),
    ).toEqual([{ made: null, schema: null, function: null, type: null }]);
  });

  it.each([
    [
      'a table',
      'RESET ROLE; CREATE TABLE IF NOT EXISTS foreign_kept ()',
      'ALTER TABLE foreign_kept OWNER TO OWNER',
      /table foreign_kept/,
    ],
    [
      'a schema',
      'RESET ROLE; CREATE SCHEMA IF NOT EXISTS foreign_kept',
      'DROP SCHEMA foreign_kept',
      /schema foreign_kept/,
    ],
    [
      'a type',
      'RESET ROLE; DROP TYPE IF EXISTS kept; CREATE TYPE kept AS ENUM ()',
      'ALTER TYPE kept OWNER TO OWNER',
      /type kept/,
    ],
    [
      'a function',
      'RESET ROLE; CREATE OR REPLACE FUNCTION foreign_kept() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'ALTER FUNCTION foreign_kept OWNER TO OWNER',
      /function foreign_kept/,
    ],
    [
      'a large object',
      `RESET ROLE; SELECT lo_unlink(oid) FROM pg_largeobject_metadata; SELECT lo_create(4711)`,
      'SELECT lo_unlink(4711)',
      /large object 4711/,
    ],
  ])(
    'fails it by name each time where it was committed, until that is mended: %s',
    async (_what, script, mend, message) => {
      const again = next(`BEGIN; ${script}; COMMIT`);
      const attempt = () => connected(urlOf(name), (client) => migrate(client, [...done, again], { asRole: owner }));
      for (const _try of [1, 2, 3])
        await expect(attempt()).rejects.toMatchObject({ sqlState: '42501', message: expect.stringMatching(message) });
      const died = `UPDATE "_prisma_migrations" SET "logs" = regexp_replace("logs", '^.*(?=Owned by)', '') WHERE "finished_at" IS NULL`;
      await ask(died); // As if each try had died before it could record its end.
      await expect(attempt()).rejects.toMatchObject({ sqlState: '42501' });
      await ask(mend.replace('OWNER TO OWNER', `OWNER TO ${owner}`));
      const mended = step(again.name, 'BEGIN; COMMIT');
      const { applied } = await connected(urlOf(name), (client) =>
        migrate(client, [...done, mended], { asRole: owner }),
      );
      expect(applied).toEqual([again.name]);
      done.push(mended);
    },
  );

  it('does not count what somebody made there by hand, nor what an extension brings', async () => {
    await ask('CREATE TABLE by_hand (); CREATE FUNCTION by_hand() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
    await apply('CREATE EXTENSION pg_trgm; CREATE TABLE of_the_owner (id int GENERATED ALWAYS AS IDENTITY)');
    expect(await ask(`SELECT tableowner FROM pg_tables WHERE tablename = 'of_the_owner'`)).toEqual([
      { tableowner: owner },
    ]);
  });
});

describe('somebody else who holds the lock', () => {
  it('is named: application, user, state, age', async () => {
    await connected(`${urlOf(name)}?application_name=patient`, async (holder) => {
      await holder.query('BEGIN; SELECT pg_advisory_lock(72707369)');
      const refused = connected(urlOf(name), (client) => migrate(client, done, { asRole: owner, patienceMs: 1 }));
      await expect(refused).rejects.toMatchObject({
        code: '55P03',
        message: expect.stringMatching(/patient \(user postgres, idle in transaction, for \d+ s\)/),
      });
    });
  });

  it('is waited for no longer than the caller wants', async () => {
    const cancelled = new AbortController();
    await connected(urlOf(name), async (holder) => {
      await holder.query('SELECT pg_advisory_lock(72707369)');
      const waiting = connected(urlOf(name), (client) => migrate(client, done, { signal: cancelled.signal }));
      cancelled.abort(new Error('cancelled'));
      await expect(waiting).rejects.toThrow(/cancelled|aborted/);
    });
  });
});

describe('the set of applied migrations', () => {
  it('takes a file that came late with an older name for pending', async () => {
    const late = step('0000_late', 'CREATE TABLE late ()');
    const applied = await connected(urlOf(name), (client) => migrate(client, [late, ...done], { asRole: owner }));
    expect(applied).toMatchObject({ applied: ['0000_late'] });
    done.unshift(late);
  });

  it('knows a file by either end of lines, and by no other change', async () => {
    const lf = next('SELECT 1;\nSELECT 2;\n');
    const crlf = step(lf.name, lf.sql.replaceAll('\n', '\r\n'));
    const more = next('SELECT 3;\r\n');
    const again = (files: readonly Migration[]) =>
      connected(urlOf(name), (client) => migrate(client, files, { asRole: owner }));
    expect(await again([...done, lf])).toMatchObject({ applied: [lf.name] });
    expect(await again([...done, crlf, more])).toMatchObject({ applied: [more.name] });
    expect(await again([...done, lf, step(more.name, 'SELECT 3;\n')])).toMatchObject({ applied: [] });
    await expect(again([...done, step(lf.name, 'SELECT 1;\n\nSELECT 2;\n'), more])).rejects.toMatchObject({
      name: 'MigrationDrift',
      migrations: [lf.name],
    });
    done.push(lf, more);
  });

  it('never has a script twice under another name, and is drift where only the folder counts', async () => {
    const renamed = next('CREATE TABLE renamed ()');
    await connected(urlOf(name), (client) => migrate(client, [...done, renamed], { asRole: owner }));
    const now = step(`${renamed.name}_now`, renamed.sql);
    const refused = connected(urlOf(name), (client) => migrate(client, [...done, now], { asRole: owner }));
    await expect(refused).rejects.toThrow(`${renamed.name} (its script is ${now.name} now)`);
    const known = new Set(done.map((migration) => migration.name));
    const strict = connected(urlOf(name), (client) => migrate(client, done, { asRole: owner, known }));
    await expect(strict).rejects.toMatchObject({ name: 'MigrationDrift', migrations: [renamed.name] });
    await connected(urlOf(name), (client) => migrate(client, done, { asRole: owner }));
  });
});
