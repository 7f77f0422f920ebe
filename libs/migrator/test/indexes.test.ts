import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, type Migration } from '@helpdeskly/migrator';
import { asAdmin, connected, until, urlOf } from '@helpdeskly/testing/database';
import { Databases, run, step } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

let name: string;
const table = step(
  '1_table',
  'CREATE SCHEMA "Shop"; CREATE TABLE many AS SELECT 1 AS x; CREATE TABLE "Shop"."Many" AS SELECT 1 AS x',
);

beforeEach(async () => {
  name = await databases.create();
  await run(name, [table]);
});

const ask = (sql: string) =>
  connected(urlOf(name), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const indexes = () =>
  ask(`SELECT c.relname AS name, indisvalid AND indisready AS valid, indisunique AS "unique"
         FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indexrelid >= 16384 AND c.relname !~ '^(pg_toast|_prisma)' ORDER BY 1`);
const failure = (migrations: readonly Migration[]) => run(name, migrations).catch((error: unknown) => error);

/** Leaves an invalid index, as PostgreSQL does when a build is interrupted. */
const leave = async (sql: string) => {
  await ask('INSERT INTO many VALUES (1); INSERT INTO "Shop"."Many" VALUES (1)');
  await ask(sql).catch(() => undefined);
  await ask('DELETE FROM many WHERE ctid = \'(0,2)\'; DELETE FROM "Shop"."Many" WHERE ctid = \'(0,2)\'');
};

describe('an index that is built concurrently', () => {
  it.each([
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON many (x)', 'i'],
    ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON many (x)', 'i'],
    ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I" ON "Shop"."Many" (x)', 'I'],
    ['create unique index /* again */ concurrently on public.many (x)', 'many_x_idx'],
  ])('is valid when an invalid one was left before: %s', async (sql, index) => {
    await leave(sql);
    expect(await indexes()).toEqual([{ name: index, valid: false, unique: true }]);
    await run(name, [table, step('2_index', sql)]);
    expect(await indexes()).toEqual([{ name: index, valid: true, unique: true }]);
  });

  it('that finds duplicates fails with that cause, each time, and leaves nothing that binds what is written', async () => {
    await ask('INSERT INTO many VALUES (1)');
    const unique = step('2_index', 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON many (x)');
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await failure([table, unique])).toMatchObject({
        migration: '2_index',
        sqlState: '23505',
        statement: { line: 1 },
      });
      expect(await indexes()).toEqual([]);
    }
    await ask('DELETE FROM many; INSERT INTO many VALUES (1)');
    expect(await run(name, [table, unique])).toMatchObject({ applied: ['2_index'] });
    await expect(ask('INSERT INTO many VALUES (1)')).rejects.toMatchObject({ code: '23505' });
  });

  it('that a lock keeps from being built fails with 55P03, and is built once the lock is gone', async () => {
    const index = step('2_index', 'CREATE INDEX CONCURRENTLY i ON many (x)');
    await connected(urlOf(name), async (holder) => {
      await holder.query('BEGIN; LOCK TABLE many IN ROW EXCLUSIVE MODE');
      const refused = connected(urlOf(name), (client) => migrate(client, [table, index], { lockTimeoutMs: 50 }));
      await expect(refused).rejects.toMatchObject({ sqlState: '55P03' });
      await holder.query('ROLLBACK');
    });
    expect(await run(name, [table, index])).toMatchObject({ applied: ['2_index'] });
    expect(await indexes()).toEqual([{ name: 'i', valid: true, unique: false }]);
  });

  it('is valid after whoever built it was ended in the middle', async () => {
    const index = step('2_index', 'CREATE INDEX CONCURRENTLY i ON many (x)');
    await connected(urlOf(name), async (holder) => {
      await holder.query('BEGIN; LOCK TABLE many IN ROW EXCLUSIVE MODE');
      const broken = failure([table, index]);
      await until(async () => (await indexes()).length === 1);
      await asAdmin((admin) =>
        admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query LIKE 'CREATE INDEX%'`,
          [name],
        ),
      );
      expect(await broken).toMatchObject({ migration: '2_index' });
      await holder.query('ROLLBACK');
    });
    expect(await indexes()).toEqual([{ name: 'i', valid: false, unique: false }]);
    await run(name, [table, index]);
    expect(await indexes()).toEqual([{ name: 'i', valid: true, unique: false }]);
  });

  it('is not built twice when its builder died before it was recorded', async () => {
    const index = step('2_index', 'CREATE INDEX CONCURRENTLY i ON many (x)');
    await run(name, [table, index]);
    await ask(`UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" = '2_index'`);
    const [before] = await ask(`SELECT 'i'::regclass::oid AS oid`);
    expect(await run(name, [table, index])).toMatchObject({ applied: ['2_index'] });
    expect(await ask(`SELECT 'i'::regclass::oid AS oid`)).toEqual([before]);
  });

  it('of somebody else, valid and of the same name, is still in the way', async () => {
    await ask('CREATE INDEX i ON many (x)');
    expect(await failure([table, step('2_index', 'CREATE INDEX CONCURRENTLY i ON many (x)')])).toMatchObject({
      sqlState: '42P07',
    });
    expect(await indexes()).toEqual([{ name: 'i', valid: true, unique: false }]);
  });
});

describe('an index that is dropped concurrently', () => {
  it('is dropped once when whoever dropped it died before that was recorded', async () => {
    const steps = [table, step('2_index', 'CREATE INDEX i ON many (x)'), step('3_drop', 'DROP INDEX CONCURRENTLY i')];
    await run(name, steps);
    await ask(`UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" = '3_drop'`);
    expect(await run(name, steps)).toMatchObject({ applied: ['3_drop'] });
  });
});

describe('an index that is rebuilt concurrently', () => {
  it('leaves no copy behind, neither of this try nor of one before', async () => {
    await ask('CREATE INDEX i ON many (x)');
    await leave('CREATE UNIQUE INDEX CONCURRENTLY i_ccnew ON many (x)');
    await run(name, [table, step('2_rebuild', 'REINDEX INDEX CONCURRENTLY public.i')]);
    expect(await indexes()).toEqual([{ name: 'i', valid: true, unique: false }]);
  });
});

describe('an invalid index that an earlier migration left and called a success', () => {
  it('is built anew by the next migration', async () => {
    await leave('CREATE UNIQUE INDEX CONCURRENTLY forgotten ON many (x)');
    await run(name, [table, step('2_more', 'CREATE TABLE more ()')]);
    expect(await indexes()).toEqual([{ name: 'forgotten', valid: true, unique: true }]);
  });

  it('fails the next one by its name when it cannot be built, and leaves no copy', async () => {
    await ask('INSERT INTO many VALUES (1)');
    await ask('CREATE UNIQUE INDEX CONCURRENTLY forgotten ON many (x)').catch(() => undefined);
    expect(await failure([table, step('2_more', 'CREATE TABLE more ()')])).toMatchObject({
      name: 'InvalidIndex',
      index: 'public.forgotten',
      cause: { code: '23505' },
    });
    expect(await indexes()).toEqual([{ name: 'forgotten', valid: false, unique: true }]);
  });
});
