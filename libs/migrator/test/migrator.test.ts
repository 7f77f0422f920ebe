import { afterAll, describe, expect, it } from '@jest/globals';
import { appliedMigrations, migrate, MigrationDrift, MigrationFailed, readMigrations } from '@helpdeskly/migrator';
import { asAdmin, connected, urlOf } from '@helpdeskly/testing/database';
import { Databases, inFolder, run, step } from './databases.js';

const databases = new Databases();
afterAll(() => databases.drop());

const ask = (database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
const failureOf = (database: string, sql: string) =>
  run(database, [step('1_broken', sql)]).then(
    () => undefined,
    (error: unknown) => error,
  );
const locks = `SELECT count(*)::int AS count FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()`;

describe('readMigrations', () => {
  it('reads the folders in the order of their names', async () => {
    const migrations = [step('2_b', 'SELECT 2'), step('10_a', 'SELECT 10'), step('1_c', 'SELECT 1')];
    const names = await inFolder(migrations, async (folder) => (await readMigrations(folder)).map(({ name }) => name));
    expect(names).toEqual(['10_a', '1_c', '2_b']);
  });
});

describe('migrate', () => {
  it('applies only what is missing', async () => {
    const name = await databases.create();
    const [first, second] = [step('1_one', 'CREATE TABLE one ()'), step('2_two', 'CREATE TABLE two ()')];
    expect(await run(name, [first])).toMatchObject({ applied: ['1_one'] });
    const { applied, history } = await run(name, [first, second]);
    expect(applied).toEqual(['2_two']);
    expect(history).toEqual(await connected(urlOf(name), (client) => appliedMigrations(client)));
    expect(history.map((each) => each.name)).toEqual(['1_one', '2_two']);
    expect(await run(name, [first, second])).toEqual({ applied: [], history });
  });

  it('applies each migration once when several run at once', async () => {
    const name = await databases.create();
    const migrations = [
      step('1_one', 'CREATE TABLE one (); SELECT pg_sleep(0.05)'),
      step('2_two', 'CREATE TABLE two ()'),
    ];
    const results = await Promise.all(Array.from({ length: 5 }, () => run(name, migrations)));
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['1_one', '2_two']);
  });

  it('commits a migration and its record together', async () => {
    const name = await databases.create();
    await run(name, [step('1_one', 'CREATE TABLE one ()')]);
    await ask(
      name,
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no record'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON "_prisma_migrations" FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL)
         EXECUTE FUNCTION refuse()`,
    );
    const two = step('2_two', 'CREATE TABLE two () -- and no semicolon');
    await expect(run(name, [step('1_one', 'CREATE TABLE one ()'), two])).rejects.toThrow('no record');
    expect(await ask(name, `SELECT to_regclass('one') AS one, to_regclass('two') AS two`)).toEqual([
      { one: 'one', two: null },
    ]);
  });

  it('builds an index concurrently while others wait for their turn', async () => {
    const name = await databases.create();
    const migrations = [
      step('1_table', 'CREATE TABLE many AS SELECT generate_series(1, 100000) AS x'),
      step('2_index', 'CREATE INDEX CONCURRENTLY many_x ON many (x)'),
    ];
    const results = await Promise.all(Array.from({ length: 3 }, () => run(name, migrations)));
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['1_table', '2_index']);
    expect(await ask(name, `SELECT indisvalid FROM pg_index WHERE indexrelid = 'many_x'::regclass`)).toEqual([
      { indisvalid: true },
    ]);
  });

  it('runs a script with -- no-transaction by itself, and refuses one with two statements, of which it runs none', async () => {
    const name = await databases.create();
    const table = step('1_table', 'CREATE TABLE many (x int)');
    const index = step('2_index', '-- no-transaction\nCREATE INDEX CONCURRENTLY many_x ON many (x);');
    expect((await run(name, [table, index])).applied).toEqual(['1_table', '2_index']);
    const two = step('3_two', '-- no-transaction\nCREATE TABLE one (); CREATE TABLE two ();');
    await expect(run(name, [table, index, two])).rejects.toThrow('has one statement; this one has 2');
    expect(await ask(name, `SELECT to_regclass('one') AS one`)).toEqual([{ one: null }]);
    expect(await ask(name, `SELECT "migration_name" AS name FROM "_prisma_migrations" ORDER BY 1`)).toEqual([
      { name: '1_table' },
      { name: '2_index' },
    ]);
  });

  it('goes on when whoever held the lock has died', async () => {
    const name = await databases.create();
    await connected(urlOf(name), async (holder) => {
      const { rows } = await holder.query<{ pid: number }>(
        'SELECT pg_backend_pid() AS pid, pg_advisory_lock(72707369)',
      );
      const waiting = run(name, [step('1_one', 'CREATE TABLE one ()')]);
      await asAdmin((admin) => admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]));
      expect(await waiting).toMatchObject({ applied: ['1_one'] });
    });
  });

  it('makes everything in the name of asRole, and gives the role back', async () => {
    const name = await databases.create();
    const role = `${name}_owner`;
    await asAdmin((admin) => admin.query(`CREATE ROLE ${role} NOLOGIN; ALTER DATABASE ${name} OWNER TO ${role}`));
    const after = await connected(urlOf(name), async (client) => {
      await migrate(client, [step('1_one', 'CREATE TABLE one ()')], { asRole: role });
      return (await client.query('SELECT current_user = session_user AS same')).rows;
    });
    expect(after).toEqual([{ same: true }]);
    expect(await ask(name, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'`)).toEqual([
      { tableowner: role },
    ]);
    await ask(name, `REASSIGN OWNED BY ${role} TO CURRENT_USER`);
    await asAdmin((admin) => admin.query(`DROP ROLE ${role}`));
  });

  it('holds no lock of its own afterwards, and leaves its caller the others', async () => {
    const name = await databases.create();
    await connected(urlOf(name), async (client) => {
      await client.query('SELECT pg_advisory_lock(1)');
      await migrate(client, [step('1_one', 'CREATE TABLE one ()')]);
      expect((await client.query(locks)).rows).toEqual([{ count: 1 }]);
    });
  });

  it('touches nothing when an applied migration differs from its file', async () => {
    const name = await databases.create();
    await run(name, [step('1_one', 'CREATE TABLE one ()')]);
    const changed = [step('1_one', 'CREATE TABLE one (x int)'), step('2_two', 'CREATE TABLE two ()')];
    const refusal = await run(name, changed).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MigrationDrift);
    expect(refusal).toMatchObject({ migrations: ['1_one'] });
    const applied = await connected(urlOf(name), (client) => appliedMigrations(client));
    expect(applied.map((migration) => migration.name)).toEqual(['1_one']);
  });

  it('lets a newer build have applied more than it knows', async () => {
    const name = await databases.create();
    const [first, second] = [step('1_one', 'CREATE TABLE one ()'), step('2_two', 'CREATE TABLE two ()')];
    await run(name, [first, second]);
    expect(await run(name, [first])).toMatchObject({ applied: [] });
  });
});

describe('a migration that fails', () => {
  it('leaves nothing behind but its record', async () => {
    const name = await databases.create();
    expect(await failureOf(name, 'CREATE TABLE half ();\nALTER TABLE nowhere ADD COLUMN x int;')).toBeInstanceOf(
      MigrationFailed,
    );
    expect(await ask(name, `SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    expect(await ask(name, 'SELECT finished_at, applied_steps_count, logs FROM _prisma_migrations')).toEqual([
      { finished_at: null, applied_steps_count: 0, logs: expect.stringContaining('nowhere') },
    ]);
  });

  it.each([
    ['that PostgreSQL cannot parse', `SELECT 'ü😀';\nSELEC 2;\nSELECT 3;`, '42601', { line: 2, text: 'SELEC 2' }],
    [
      'that names what is not there',
      'CREATE TABLE a ();\nALTER TABLE nowhere\n  ADD COLUMN x int;',
      '42P01',
      { line: 2, text: 'ALTER TABLE nowhere\n  ADD COLUMN x int' },
    ],
    [
      'that fails at run time',
      'CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (1);\n\nCREATE UNIQUE INDEX ON a (x);\nSELECT 1;',
      '23505',
      { line: 4, text: 'CREATE UNIQUE INDEX ON a (x)' },
    ],
    [
      'within its own transaction',
      'BEGIN;\nCREATE TABLE a ();\nSELECT 1/0;\nCOMMIT;',
      '22012',
      { line: 3, text: 'SELECT 1/0' },
    ],
  ])('names the SQLSTATE and the statement %s', async (_kind, sql, sqlState, statement) => {
    const name = await databases.create();
    const failure = await failureOf(name, sql);
    expect(failure).toMatchObject({ migration: '1_broken', sqlState, statement });
    const [record] = await ask(name, 'SELECT logs FROM _prisma_migrations');
    expect(record?.logs).toBe((failure as Error).message);
    expect(record?.logs).toContain(sqlState);
    expect(record?.logs).toContain(statement.text);
  });

  it('keeps those after it from running', async () => {
    const name = await databases.create();
    await run(name, [step('1_broken', 'SELECT 1/0'), step('2_two', 'CREATE TABLE two ()')]).catch(() => undefined);
    expect(await ask(name, `SELECT to_regclass('two') AS two`)).toEqual([{ two: null }]);
  });

  it('frees the lock on a connection that lives on', async () => {
    const name = await databases.create();
    await connected(urlOf(name), async (client) => {
      await migrate(client, [step('1_broken', 'BEGIN; SELECT 1/0')]).catch(() => undefined);
      expect((await client.query(locks)).rows).toEqual([{ count: 0 }]);
    });
  });

  it('is one that leaves its transaction open: nothing of it stays', async () => {
    const name = await databases.create();
    expect(await failureOf(name, 'BEGIN; CREATE TABLE half ()')).toMatchObject({
      message: expect.stringContaining('leaves a transaction open'),
    });
    expect(await ask(name, `SELECT to_regclass('half') AS half, finished_at FROM _prisma_migrations`)).toEqual([
      { half: null, finished_at: null },
    ]);
  });

  it('runs again once it is mended, the failed try marked as rolled back', async () => {
    const name = await databases.create();
    await failureOf(name, 'SELECT 1/0');
    expect(await run(name, [step('1_broken', 'CREATE TABLE one ()')])).toMatchObject({ applied: ['1_broken'] });
    expect(
      await ask(name, 'SELECT rolled_back_at IS NOT NULL AS undone FROM _prisma_migrations ORDER BY started_at'),
    ).toEqual([{ undone: true }, { undone: false }]);
  });

  it('runs again after its connection was lost in the middle of it', async () => {
    const name = await databases.create();
    const failure = await failureOf(name, 'CREATE TABLE one (); SELECT pg_terminate_backend(pg_backend_pid())');
    expect(failure).toMatchObject({ migration: '1_broken', sqlState: '57P01' });
    expect(await run(name, [step('1_broken', 'CREATE TABLE one ()')])).toMatchObject({ applied: ['1_broken'] });
  });
});
