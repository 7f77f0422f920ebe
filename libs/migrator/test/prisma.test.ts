import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMigrations } from '@helpdeskly/migrator';
import { applyByPrisma, connected, databaseDrift, diagnoseHistory, drift, urlOf } from '@helpdeskly/testing/database';
import { Databases, folderOf, inFolder, run, schemaOf, step } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

const schema = schemaOf('tenant');
const nothing = '-- This is an empty migration.';
const good = step('1_good', 'CREATE TABLE good (id int PRIMARY KEY);\nCREATE INDEX ON good (id);\n');
const bad = step('2_bad', 'CREATE TABLE half ();\nALTER TABLE nowhere ADD COLUMN x int;\n');

/** The table's columns and rows, without values that differ from run to run. */
async function table(database: string) {
  return connected(urlOf(database), async (client) => {
    const columns = await client.query(
      `SELECT column_name, data_type, character_maximum_length, datetime_precision, is_nullable, column_default, ordinal_position
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    const constraints = await client.query(
      `SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE conrelid = '_prisma_migrations'::regclass ORDER BY conname`,
    );
    const rows = await client.query(
      `SELECT length(id) AS id_length, checksum, migration_name, applied_steps_count, rolled_back_at, logs IS NULL AS without_logs,
              finished_at IS NULL AS unfinished, finished_at >= started_at AS after_its_start
         FROM _prisma_migrations ORDER BY started_at`,
    );
    return { columns: columns.rows, constraints: constraints.rows, rows: rows.rows };
  });
}

describe.each(['control', 'tenant'])('the migrations of the %s database', (database) => {
  let name: string;
  beforeAll(async () => {
    name = await databases.create();
    await run(name, await readMigrations(folderOf(database)));
  });

  it('describe the same database as schema.prisma', async () => {
    expect(await drift(urlOf(name), folderOf(database), schemaOf(database))).toBe(nothing);
  });

  it('leave the database that schema.prisma describes', async () => {
    expect(await databaseDrift(urlOf(name), folderOf(database), schemaOf(database))).toBe(nothing);
  });

  it('leave a history in which Prisma finds nothing to say', async () => {
    expect(await diagnoseHistory(urlOf(name), folderOf(database), schemaOf(database))).toEqual({
      hasMigrationsTable: true,
      editedMigrationNames: [],
      failedMigrationNames: [],
      history: null,
    });
  });

  it('are recorded just as Prisma records them', async () => {
    const byPrisma = await databases.create();
    await applyByPrisma(urlOf(byPrisma), folderOf(database), schemaOf(database));
    expect(await table(name)).toEqual(await table(byPrisma));
  });

  it('are all applied for a migrator that comes after Prisma', async () => {
    const byPrisma = await databases.create();
    await applyByPrisma(urlOf(byPrisma), folderOf(database), schemaOf(database));
    expect(await run(byPrisma, await readMigrations(folderOf(database)))).toMatchObject({ applied: [] });
  });
});

describe('a migration that fails', () => {
  it('is recorded just as Prisma records it', async () => {
    const [ours, prismas] = [await databases.create(), await databases.create()];
    await run(ours, [good, bad]).catch(() => undefined);
    await inFolder([good, bad], (folder) => applyByPrisma(urlOf(prismas), folder, schema));
    const recorded = await table(ours);
    expect(recorded).toEqual(await table(prismas));
    expect(recorded.rows).toMatchObject([{ unfinished: false }, { unfinished: true, without_logs: false }]);
  });

  it('is a failed one to Prisma', async () => {
    const name = await databases.create();
    await run(name, [good, bad]).catch(() => undefined);
    const report = await inFolder([good, bad], (folder) => diagnoseHistory(urlOf(name), folder, schema));
    expect(report).toMatchObject({ failedMigrationNames: ['2_bad'], editedMigrationNames: [] });
  });

  it('is none any longer to Prisma once it was mended', async () => {
    const name = await databases.create();
    await run(name, [good, bad]).catch(() => undefined);
    const mended = step('2_bad', 'CREATE TABLE half ();\n');
    await run(name, [good, mended]);
    const report = await inFolder([good, mended], (folder) => diagnoseHistory(urlOf(name), folder, schema));
    expect(report).toMatchObject({ failedMigrationNames: [], editedMigrationNames: [], history: null });
  });
});

describe('what compares with schema.prisma', () => {
  it('sees what the migrations lack', async () => {
    const name = await databases.create();
    const missing = await inFolder([good], (folder) => drift(urlOf(name), folder, schema));
    expect(missing).toContain('CREATE TABLE "Ticket"');
  });

  it('sees what was changed by hand', async () => {
    const name = await databases.create();
    await run(name, await readMigrations(folderOf('tenant')));
    await connected(urlOf(name), (client) => client.query('ALTER TABLE "Ticket" ADD COLUMN by_hand int'));
    expect(await databaseDrift(urlOf(name), folderOf('tenant'), schema)).toContain('DROP COLUMN "by_hand"');
  });
});

it('a migration that was edited after it was applied is an edited one to Prisma', async () => {
  const name = await databases.create();
  await run(name, [good]);
  const edited = step('1_good', `${good.sql}-- edited\n`);
  const report = await inFolder([edited], (folder) => diagnoseHistory(urlOf(name), folder, schema));
  expect(report).toMatchObject({ editedMigrationNames: ['1_good'] });
});
