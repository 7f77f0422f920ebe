import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, run, step } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

let name: string;
const table = step('1_table', 'CREATE TABLE many (x int)');
beforeEach(async () => {
  name = await databases.create();
  await run(name, [table]);
});

const ask = (sql: string) =>
  connected(urlOf(name), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const rows = () => ask('SELECT x FROM many ORDER BY x');
const recorded = () =>
  ask(`SELECT migration_name AS name FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL ORDER BY 1`);

it.each([
  ['a function in the SQL standard’s form', 'CREATE FUNCTION one() RETURNS int BEGIN ATOMIC SELECT 2; SELECT 1; END'],
  ['a block that speaks of commit', `DO $$ BEGIN RAISE NOTICE 'commit;'; /* commit; */ END $$`],
  ['a procedure that commits, and is not called', 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$'],
])('%s is one transaction with what stands beside it', async (_what, sql) => {
  const failing = run(name, [table, step('2_both', `INSERT INTO many VALUES (1); ${sql}; SELECT 1/0`)]);
  await expect(failing).rejects.toMatchObject({ sqlState: '22012', statement: { text: 'SELECT 1/0' } });
  expect(await rows()).toEqual([]);
  await run(name, [table, step('2_both', `INSERT INTO many VALUES (1); ${sql}`)]);
  expect(await rows()).toEqual([{ x: 1 }]);
});

it.each([
  ['a block', `DO $$ BEGIN FOR n IN 1..3 LOOP INSERT INTO many VALUES (n); COMMIT; END LOOP; END $$`],
  ['a call', 'CALL fill()'],
])('%s that commits is applied once, where it stands alone', async (_what, sql) => {
  await ask(
    `CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1..3 LOOP INSERT INTO many VALUES (n); COMMIT; END LOOP; END $$`,
  );
  expect(await run(name, [table, step('2_commits', sql)])).toMatchObject({ applied: ['2_commits'] });
  expect(await rows()).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
  expect(await recorded()).toEqual([{ name: '1_table' }, { name: '2_commits' }]);
});

it('a block that commits beside other statements fails by PostgreSQL’s own word, and leaves nothing', async () => {
  const sql = 'INSERT INTO many VALUES (1); DO $$ BEGIN INSERT INTO many VALUES (2); COMMIT; END $$';
  await expect(run(name, [table, step('2_mixed', sql)])).rejects.toMatchObject({
    sqlState: '2D000',
    statement: { line: 1, text: expect.stringMatching(/^DO/) },
    message: expect.stringContaining('a block or call that commits stands alone in its file'),
  });
  expect(await rows()).toEqual([]);
});
