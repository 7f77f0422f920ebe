import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, readMigrations, type Migration } from '@helpdeskly/migrator';
import { auditAttacks, auditTrail, connected, isOnlyWarned, OwnPostgres, urlOf } from '@helpdeskly/testing';
import { weaknessesOfAuditLock } from '../apps/control-api/src/audit/audit-lock.js';

const scriptFile = fileURLToPath(new URL('../prisma/control/audit.sql', import.meta.url));
const folder = fileURLToPath(new URL('../prisma/control/migrations', import.meta.url));
const service = { name: 'helpdeskly_control', password: 'control' } as const;

/** On a server of its own: roles belong to a whole server. */
let server: OwnPostgres;
let script: string;
let migrations: readonly Migration[];

beforeAll(async () => {
  server = await OwnPostgres.start();
  script = await readFile(scriptFile, 'utf8');
  migrations = await readMigrations(folder);
  await asSuperuser('postgres', `CREATE ROLE ${service.name} LOGIN CREATEROLE PASSWORD '${service.password}'`);
});
afterAll(() => server.remove());

const asSuperuser = (database: string, sql: string) =>
  connected(urlOf(database), async (client) => (await client.query(sql)).rows);

/** The rows of a statement, or the SQLSTATE of its refusal. */
const asService = (database: string, sql: string) =>
  connected(urlOf(database, service), async (client) => (await client.query<Record<string, unknown>>(sql)).rows).catch(
    (error: { code?: string }) => error.code ?? 'refused without a code',
  );

const migrateAsService = (database: string, some: readonly Migration[] = migrations) =>
  connected(urlOf(database, service), (client) => migrate(client, some));

const weaknesses = (database: string) => connected(urlOf(database, service), weaknessesOfAuditLock);

const addEvent = (database: string, action: string, table = 'audit."AuditEvent"') =>
  asService(database, `INSERT INTO ${table} ("action", "actorType") VALUES ('${action}', 'SYSTEM')`);

async function createDatabase(name: string): Promise<string> {
  await asSuperuser('postgres', `CREATE DATABASE ${name} OWNER ${service.name}`);
  return name;
}

const actions = async (database: string) =>
  (await asSuperuser(database, 'SELECT "action" FROM audit."AuditEvent" ORDER BY "seq"')).map(({ action }) => action);

describe('the audit trail of a database that a superuser prepared', () => {
  const database = 'prepared';

  beforeAll(async () => {
    await createDatabase(database);
    await asSuperuser(database, script);
    await migrateAsService(database);
    expect(await addEvent(database, 'first')).toEqual([]);
  });

  it('is bound by PostgreSQL: the service finds no weakness', async () => {
    expect(await weaknesses(database)).toEqual([]);
  });

  it('takes events from the services’ role, which chooses neither their order nor their time', async () => {
    const forged = (column: string, value: string) =>
      asService(
        database,
        `INSERT INTO audit."AuditEvent" ("action", "actorType", "${column}") VALUES ('x', 'SYSTEM', ${value})`,
      );
    expect(await forged('seq', '1000')).toBe('42501');
    expect(await forged('createdAt', `'2020-01-01'`)).toBe('42501');
    expect(await forged('id', 'uuidv7()')).toBe('42501');
    expect(await asService(database, `SELECT setval('audit."AuditEvent_seq_seq"', 1)`)).toBe('42501');
    expect(await actions(database)).toEqual(['first']);
  });

  const trail = () => asSuperuser(database, auditTrail);

  it.each(auditAttacks(service.name, database))('stays as it was written after: %s', async (sql) => {
    const before = await trail();
    const refusal = await asService(database, sql);
    expect(await trail()).toEqual(before);
    if (!isOnlyWarned(sql)) expect(refusal).toEqual(expect.any(String));
  });

  it('survives a service that drops all it owns, and by that its own right to add events', async () => {
    const other = await createDatabase('dropped');
    await asSuperuser(other, script);
    await migrateAsService(other);
    await addEvent(other, 'first');
    await asService(other, `DROP OWNED BY ${service.name} CASCADE`);
    expect(await actions(other)).toEqual(['first']);
    await asSuperuser('postgres', 'DROP DATABASE dropped WITH (FORCE)');
  });

  it('lets the service build what it needs beside it', async () => {
    for (const sql of [
      'CREATE TABLE t ()',
      'ALTER TABLE t ADD COLUMN x int',
      'DROP TABLE t',
      'CREATE SCHEMA s',
      'DROP SCHEMA s',
    ])
      expect([sql, await asService(database, sql)]).toEqual([sql, []]);
  });

  it('is as the migrations alone would make it, and the script may run again', async () => {
    await asSuperuser(database, script);
    expect(await weaknesses(database)).toEqual([]);
    const plain = await createDatabase('plain');
    await migrateAsService(plain);
    const shape = `
      SELECT column_name, data_type, udt_schema, udt_name, is_nullable, column_default FROM information_schema.columns
       WHERE table_schema = 'audit' ORDER BY ordinal_position`;
    const indexes = `SELECT indexdef FROM pg_indexes WHERE schemaname = 'audit' ORDER BY 1`;
    for (const sql of [shape, indexes]) expect(await asSuperuser(database, sql)).toEqual(await asSuperuser(plain, sql));
  });
});

describe('the audit trail of a database that no superuser prepared', () => {
  const database = 'unprepared';

  beforeAll(async () => {
    await createDatabase(database);
    await migrateAsService(database);
    await addEvent(database, 'before');
  });

  it('is append-only by its trigger, and the service says that the lock is advisory', async () => {
    expect(await asService(database, 'DELETE FROM audit."AuditEvent"')).toBe('23001');
    expect(await weaknesses(database)).toEqual([
      expect.stringMatching(/^The audit trail's lock is advisory: its role owns the table, .*audit\.sql/),
    ]);
  });

  it('is bound by the script, with all that was written and without what its former owner put beside the lock', async () => {
    await asService(database, 'CREATE RULE "r" AS ON UPDATE TO audit."AuditEvent" DO INSTEAD NOTHING');
    await asService(database, `CREATE ROLE helper; GRANT SELECT, DELETE ON audit."AuditEvent" TO helper`);
    await asSuperuser(database, script);
    expect(await weaknesses(database)).toEqual([]);
    await addEvent(database, 'after');
    expect(await actions(database)).toEqual(['before', 'after']);
    const left = `SELECT (SELECT count(*)::int FROM pg_rules WHERE schemaname = 'audit') AS rules,
                         has_table_privilege('helper', 'audit."AuditEvent"', 'SELECT, DELETE') AS granted`;
    expect(await asSuperuser(database, left)).toEqual([{ rules: 0, granted: false }]);
  });

  it('has a keeper without members, also where the service made that role first', async () => {
    await asSuperuser('postgres', `GRANT helpdeskly_audit TO ${service.name} WITH ADMIN TRUE`);
    expect(await weaknesses(database)).toEqual([expect.stringContaining('its role owns the table')]);
    await asSuperuser(database, script);
    expect(await weaknesses(database)).toEqual([]);
  });
});

describe('the audit trail of a database from before it had a schema of its own', () => {
  const move = '20261128160000_audit_schema';
  const earlier = () => migrations.filter(({ name }) => name < move);
  const old = 'public."AuditEvent"';

  it('moves with its events by the migration', async () => {
    const database = await createDatabase('older');
    await migrateAsService(database, earlier());
    await addEvent(database, 'old', old);
    await migrateAsService(database);
    await addEvent(database, 'new');
    expect(await actions(database)).toEqual(['old', 'new']);
  });

  it('moves with its events by the script, whichever comes first', async () => {
    const database = await createDatabase('old');
    await migrateAsService(database, earlier());
    await addEvent(database, 'old', old);
    await asSuperuser(database, script);
    await migrateAsService(database);
    await addEvent(database, 'new');
    expect(await weaknesses(database)).toEqual([]);
    expect(await actions(database)).toEqual(['old', 'new']);
  });
});
