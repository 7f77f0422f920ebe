import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrate, MigrationFailed, type Migration } from '@helpdeskly/migrator';
import { connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, run, step } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

let name: string;
const tables = step(
  '1_tables',
  `CREATE TABLE parted (x int) PARTITION BY LIST (x); CREATE TABLE "Part" PARTITION OF parted FOR VALUES IN (1);
   CREATE TABLE many AS SELECT 1 AS x; CREATE MATERIALIZED VIEW seen AS SELECT x FROM many; CREATE UNIQUE INDEX ON seen (x)`,
);
beforeEach(async () => {
  name = await databases.create();
  await run(name, [tables]);
});

const ask = (sql: string) =>
  connected(urlOf(name), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
/** Migrates, and gives up on a lock soon. */
const hastily = (...migrations: Migration[]) =>
  connected(urlOf(name), (client) => migrate(client, [tables, ...migrations], { lockTimeoutMs: 100 }));
const failure = async (...migrations: Migration[]): Promise<MigrationFailed> => {
  const error = await hastily(...migrations).catch((thrown: unknown) => thrown);
  if (!(error instanceof MigrationFailed)) throw new Error(`it did not fail: ${String(error)}`);
  return error;
};
/** Runs `work` while another session reads a table in a transaction. */
const read = <T>(table: string, work: () => Promise<T>) =>
  connected(urlOf(name), async (reader) => {
    await reader.query(`BEGIN; SELECT FROM ${table}`);
    const result = await work();
    await reader.query('ROLLBACK');
    return result;
  });
const inherited = () =>
  ask('SELECT inhdetachpending AS pending FROM pg_inherits WHERE inhrelid = \'"Part"\'::regclass');

describe('a partition that is detached concurrently', () => {
  const detach = step('2_detach', 'ALTER TABLE parted DETACH PARTITION "Part" CONCURRENTLY');

  it('is detached once a reader has gone who broke it off, and each try says the first cause', async () => {
    await read('parted', async () => {
      const first = await failure(detach);
      expect(first).toMatchObject({
        sqlState: '55P03',
        left: [{ description: 'the partition "Part", half detached from "parted"' }],
      });
      expect(await inherited()).toEqual([{ pending: true }]);
      for (const _again of [1, 2]) {
        const { message, sqlState } = await failure(detach);
        expect(sqlState).toBe('55P03');
        expect(message).toContain('the partition "Part", half detached from "parted" is left of an earlier try');
        expect(message.split('That one failed so: The migration 2_detach failed with 55P03')).toHaveLength(2);
      }
    });
    expect(await hastily(detach)).toMatchObject({ applied: ['2_detach'] });
    expect(await inherited()).toEqual([]);
  });

  it('is recorded when it was finished between two tries, or before its record', async () => {
    await read('parted', () => failure(detach));
    await ask('ALTER TABLE parted DETACH PARTITION "Part" FINALIZE');
    expect(await hastily(detach)).toMatchObject({ applied: ['2_detach'] });
    await ask(`UPDATE "_prisma_migrations" SET "finished_at" = NULL WHERE "migration_name" = '2_detach'`);
    expect(await hastily(detach)).toMatchObject({ applied: ['2_detach'] });
  });

  it('that is none of the table’s is an error', async () => {
    await ask('CREATE TABLE other (x int)');
    const wrong = step('2_wrong', 'ALTER TABLE parted DETACH PARTITION other CONCURRENTLY');
    for (const _try of [1, 2]) expect((await failure(wrong)).message).toContain('is not a partition');
  });
});

describe('a unique index that a reader keeps from being dropped again', () => {
  it('is named by the try that left it, is dropped before the next, and its cause is kept meanwhile', async () => {
    await ask('INSERT INTO many VALUES (1)');
    const unique = step('2_unique', 'CREATE UNIQUE INDEX CONCURRENTLY i ON many (x)');
    const left = async () => ask(`SELECT FROM pg_class WHERE relname = 'i'`);
    await ask('CREATE UNIQUE INDEX CONCURRENTLY i ON many (x)').catch(() => undefined); // An earlier release's.
    await ask(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "logs") VALUES ('x', 'x', '2_unique', 'duplicates')`,
    );
    await read('many', async () => {
      const held = await failure(unique);
      expect(held).toMatchObject({ sqlState: '55P03', left: [{ description: 'the invalid index public.i' }] });
      expect(held.message).toContain('That one failed so: duplicates');
    });
    expect(await failure(unique)).toMatchObject({ sqlState: '23505', left: [] });
    expect(await left()).toEqual([]);
  });
});

describe('a materialized view that is refreshed concurrently', () => {
  it('is as it was when that is broken off, and is refreshed by the next try', async () => {
    await ask('INSERT INTO many VALUES (2)');
    const refresh = step('2_refresh', 'REFRESH MATERIALIZED VIEW CONCURRENTLY seen');
    await connected(urlOf(name), async (holder) => {
      await holder.query('BEGIN; LOCK TABLE many');
      expect(await failure(refresh)).toMatchObject({ sqlState: '55P03', left: [] });
      await holder.query('ROLLBACK');
    });
    expect(await ask('SELECT count(*)::int AS rows FROM seen')).toEqual([{ rows: 1 }]);
    expect(await hastily(refresh)).toMatchObject({ applied: ['2_refresh'] });
    expect(await ask('SELECT count(*)::int AS rows FROM seen')).toEqual([{ rows: 2 }]);
  });
});
