import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appliedMigrations, migrate, type Migration, MigrationDrift, MigrationFailed, readMigrations } from '@helpdeskly/migrator';
import { asAdmin, connected, diagnoseHistory, drift, urlOf } from '@helpdeskly/testing/database';

const folderOf = (database: string) => fileURLToPath(new URL(`../../../prisma/${database}/migrations`, import.meta.url));
const schemaOf = (database: string) => fileURLToPath(new URL(`../../../prisma/${database}/schema.prisma`, import.meta.url));

const made: string[] = [];
async function freshDatabase(): Promise<string> {
  const name = `migrator_test_${randomBytes(5).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`));
  made.push(name);
  return name;
}
const run = (database: string, migrations: readonly Migration[], options?: { asRole?: string }) => connected(urlOf(database), (client) => migrate(client, migrations, options));
const step = (name: string, sql: string): Migration => ({ name, sql, checksum: randomBytes(32).toString('hex') });

afterAll(async () => {
  for (const name of made) await asAdmin((admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
});

describe.each(['control', 'tenant'])('the migrations of the %s database', (database) => {
  let name: string;
  beforeAll(async () => {
    name = await freshDatabase();
    await run(name, await readMigrations(folderOf(database)));
  });

  it('describe the same database as schema.prisma', async () => {
    expect(await drift(urlOf(name), folderOf(database), schemaOf(database))).toBe('-- This is an empty migration.');
  });

  it("leave a history in which Prisma's own engine finds nothing to say", async () => {
    expect(await diagnoseHistory(urlOf(name), folderOf(database), schemaOf(database))).toMatchObject({
      hasMigrationsTable: true,
      editedMigrationNames: [],
      failedMigrationNames: [],
      history: null,
    });
  });
});

describe('the migrator', () => {
  it("keeps Prisma's table: its columns, types and defaults", async () => {
    const name = await freshDatabase();
    await run(name, [step('1_one', 'CREATE TABLE one ()')]);
    const { rows } = await connected(urlOf(name), (client) =>
      client.query(`SELECT column_name, data_type, character_maximum_length AS length, is_nullable, column_default
                      FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`),
    );
    expect(rows.map((row) => Object.values(row as object).join(' '))).toEqual([
      'id character varying 36 NO ',
      'checksum character varying 64 NO ',
      'finished_at timestamp with time zone  YES ',
      'migration_name character varying 255 NO ',
      'logs text  YES ',
      'rolled_back_at timestamp with time zone  YES ',
      'started_at timestamp with time zone  NO now()',
      'applied_steps_count integer  NO 0',
    ]);
  });

  it('applies only what is missing', async () => {
    const name = await freshDatabase();
    const [first, second] = [step('1_one', 'CREATE TABLE one ()'), step('2_two', 'CREATE TABLE two ()')];
    expect(await run(name, [first])).toEqual({ applied: ['1_one'] });
    expect(await run(name, [first, second])).toEqual({ applied: ['2_two'] });
    expect(await run(name, [first, second])).toEqual({ applied: [] });
  });

  it('applies each migration once when several run at once', async () => {
    const name = await freshDatabase();
    const migrations = [step('1_one', 'CREATE TABLE one (); SELECT pg_sleep(0.05)'), step('2_two', 'CREATE TABLE two ()')];
    const results = await Promise.all(Array.from({ length: 5 }, () => run(name, migrations)));
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['1_one', '2_two']);
  });

  it('leaves nothing of a migration that fails but its record, and says where it failed', async () => {
    const name = await freshDatabase();
    const broken = step('1_broken', 'CREATE TABLE half ();\nALTER TABLE nowhere ADD COLUMN x int;');
    const failure = await run(name, [broken]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MigrationFailed);
    expect(failure).toMatchObject({ migration: '1_broken', sqlState: '42P01' });
    await connected(urlOf(name), async (client) => {
      expect((await client.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
      const { rows } = await client.query('SELECT finished_at, applied_steps_count, logs FROM _prisma_migrations');
      expect(rows).toEqual([{ finished_at: null, applied_steps_count: 0, logs: expect.stringContaining('nowhere') }]);
    });
  });

  it('goes on after a mended migration, the failed try marked as rolled back', async () => {
    const name = await freshDatabase();
    await run(name, [step('1_one', 'SELECT 1/0')]).catch(() => undefined);
    expect(await run(name, [step('1_one', 'CREATE TABLE one ()')])).toEqual({ applied: ['1_one'] });
    const { rows } = await connected(urlOf(name), (client) => client.query('SELECT rolled_back_at IS NOT NULL AS undone FROM _prisma_migrations ORDER BY started_at'));
    expect(rows).toEqual([{ undone: true }, { undone: false }]);
  });

  it('touches nothing when an applied migration differs from its file', async () => {
    const name = await freshDatabase();
    await run(name, [step('1_one', 'CREATE TABLE one ()')]);
    const changed = [step('1_one', 'CREATE TABLE one (x int)'), step('2_two', 'CREATE TABLE two ()')];
    await expect(run(name, changed)).rejects.toThrow(MigrationDrift);
    const applied = await connected(urlOf(name), (client) => appliedMigrations(client));
    expect(applied.map((migration) => migration.name)).toEqual(['1_one']);
  });
});
