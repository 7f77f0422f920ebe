import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, readMigrations, type Migration } from '@helpdeskly/migrator';
import { connected, OwnPostgres, urlOf } from '@helpdeskly/testing';
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

  /** All that makes the trail what it is, as a superuser sees it. */
  async function trail(): Promise<unknown> {
    return asSuperuser(
      database,
      `SELECT (SELECT json_agg(e ORDER BY "seq") FROM audit."AuditEvent" e) AS events,
              c.relowner::regrole::text AS owner, c.relrowsecurity, c.relhasrules, c.relpersistence, c.reloptions, c.relacl::text, n.nspacl::text,
              n.nspowner::regrole::text AS "schemaOwner", d.datdba::regrole::text AS "databaseOwner", d.datname,
              (SELECT json_agg(t.tgname || t.tgenabled::text ORDER BY t.tgname) FROM pg_trigger t WHERE tgrelid = c.oid) AS triggers,
              (SELECT json_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || coalesce(pg_get_expr(x.adbin, x.adrelid), '') ORDER BY attnum)
                 FROM pg_attribute a LEFT JOIN pg_attrdef x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
                WHERE attrelid = c.oid AND attnum > 0) AS columns,
              (SELECT json_agg(i.indexrelid::regclass::text ORDER BY 1) FROM pg_index i WHERE indrelid = c.oid) AS indexes,
              (SELECT json_agg(conname ORDER BY 1) FROM pg_constraint WHERE conrelid = c.oid OR confrelid = c.oid) AS constraints,
              (SELECT json_agg(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = c.oid) AS children,
              (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'audit."ActorType"'::regtype) AS labels,
              (SELECT prosrc FROM pg_proc WHERE oid = 'audit.refuse_change()'::regprocedure) AS body,
              (SELECT json_agg(member::regrole::text) FROM pg_auth_members WHERE roleid = c.relowner) AS members,
              (SELECT rolcanlogin FROM pg_roles WHERE oid = c.relowner) AS "canLogIn"
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_database d
        WHERE c.oid = 'audit."AuditEvent"'::regclass AND d.datname = current_database()`,
    );
  }

  const table = 'audit."AuditEvent"';
  it.each([
    `DELETE FROM ${table}`,
    `UPDATE ${table} SET "action" = 'x'`,
    `TRUNCATE ${table}`,
    `TRUNCATE ${table} CASCADE`,
    `MERGE INTO ${table} a USING ${table} b ON a."id" = b."id" WHEN MATCHED THEN DELETE`,
    `SELECT FROM ${table} FOR UPDATE`,
    `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`,
    `ALTER TABLE ${table} RENAME TO "Other"`,
    `ALTER TABLE ${table} RENAME COLUMN "action" TO "deed"`,
    `ALTER TABLE ${table} RENAME CONSTRAINT "AuditEvent_pkey" TO "p"`,
    `ALTER TABLE ${table} SET SCHEMA public`,
    `ALTER TABLE ${table} OWNER TO ${service.name}`,
    `ALTER TABLE ${table} DISABLE TRIGGER "AuditEvent_append_only"`,
    `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
    `ALTER TABLE ${table} ENABLE REPLICA TRIGGER "AuditEvent_append_only"`,
    `ALTER TABLE ${table} ALTER COLUMN "action" TYPE text USING 'y'`,
    `ALTER TABLE ${table} ALTER COLUMN "createdAt" SET DEFAULT '2020-01-01'`,
    `ALTER TABLE ${table} DROP COLUMN "details"`,
    `ALTER TABLE ${table} ADD COLUMN "x" int`,
    `ALTER TABLE ${table} ADD CHECK (false) NOT VALID`,
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} SET UNLOGGED`,
    `ALTER TABLE ${table} SET (autovacuum_enabled = off)`,
    `ALTER TABLE ${table} REPLICA IDENTITY FULL`,
    `ALTER TABLE ${table} CLUSTER ON "AuditEvent_pkey"`,
    `ALTER TRIGGER "AuditEvent_append_only" ON ${table} RENAME TO "t"`,
    `DROP TRIGGER "AuditEvent_append_only" ON ${table}`,
    `CREATE TRIGGER "t" BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    `CREATE RULE "r" AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
    `CREATE RULE "_RETURN" AS ON SELECT TO ${table} DO INSTEAD SELECT * FROM ${table} LIMIT 0`,
    `CREATE POLICY "p" ON ${table} USING (false)`,
    `CREATE INDEX ON ${table} ("action")`,
    `CREATE STATISTICS "s" ON "action", "actorId" FROM ${table}`,
    `CREATE TABLE public."child" () INHERITS (${table})`,
    `CREATE TABLE public."refers" ("id" uuid REFERENCES ${table} ("id"))`,
    `CREATE PUBLICATION "p" FOR TABLE ${table}`,
    `COMMENT ON TABLE ${table} IS 'x'`,
    `SECURITY LABEL ON TABLE ${table} IS 'x'`,
    `GRANT DELETE ON ${table} TO ${service.name}`,
    `REVOKE SELECT ON ${table} FROM helpdeskly_audit`,
    `DROP TABLE ${table}`,
    `DROP TABLE ${table} CASCADE`,
    `ALTER INDEX audit."AuditEvent_pkey" RENAME TO "i"`,
    `DROP INDEX audit."AuditEvent_tenantId_seq_idx"`,
    `REINDEX TABLE ${table}`,
    `CLUSTER ${table} USING "AuditEvent_pkey"`,
    `VACUUM FULL ${table}`,
    `ALTER SEQUENCE audit."AuditEvent_seq_seq" RESTART WITH 1`,
    `ALTER SEQUENCE audit."AuditEvent_seq_seq" OWNED BY NONE`,
    `DROP SEQUENCE audit."AuditEvent_seq_seq" CASCADE`,
    `ALTER TYPE audit."ActorType" RENAME VALUE 'OPERATOR' TO 'NOBODY'`,
    `ALTER TYPE audit."ActorType" ADD VALUE 'NOBODY'`,
    `ALTER TYPE audit."ActorType" RENAME TO "T"`,
    `DROP TYPE audit."ActorType" CASCADE`,
    `CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    `ALTER FUNCTION audit.refuse_change() RENAME TO f`,
    `ALTER FUNCTION audit.refuse_change() SET search_path = public`,
    `DROP FUNCTION audit.refuse_change() CASCADE`,
    'CREATE TABLE audit."Other" ()',
    'CREATE VIEW audit."View" AS SELECT 1',
    'CREATE FUNCTION audit.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'ALTER SCHEMA audit RENAME TO old',
    `ALTER SCHEMA audit OWNER TO ${service.name}`,
    'DROP SCHEMA audit CASCADE',
    'DROP SCHEMA public CASCADE',
    `GRANT ALL ON SCHEMA audit TO ${service.name}`,
    `GRANT helpdeskly_audit TO ${service.name}`,
    'ALTER ROLE helpdeskly_audit LOGIN',
    `ALTER ROLE helpdeskly_audit PASSWORD 'x'`,
    'ALTER ROLE helpdeskly_audit RENAME TO other',
    'DROP ROLE helpdeskly_audit',
    'SET ROLE helpdeskly_audit',
    'SET SESSION AUTHORIZATION helpdeskly_audit',
    `REASSIGN OWNED BY helpdeskly_audit TO ${service.name}`,
    'DROP OWNED BY helpdeskly_audit',
    'SET session_replication_role = replica',
    `ALTER ROLE ${service.name} SUPERUSER`,
    `ALTER DATABASE ${database} OWNER TO ${service.name}`,
    `ALTER DATABASE ${database} SET search_path = pg_temp`,
    `ALTER DATABASE ${database} RENAME TO other`,
    `DROP DATABASE ${database}`,
    'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION audit.refuse_change()',
    `CREATE CAST (audit."ActorType" AS int) WITH INOUT`,
    `ALTER SYSTEM SET session_replication_role = replica`,
    `COPY ${table} FROM PROGRAM 'true'`,
    `IMPORT FOREIGN SCHEMA audit FROM SERVER s INTO audit`,
  ])('stays as it was written after: %s', async (sql) => {
    const before = await trail();
    const refusal = await asService(database, sql);
    expect(await trail()).toEqual(before);
    // Where nothing can be granted, taken back or cleaned, PostgreSQL warns; everything else it refuses.
    if (!/^(VACUUM|GRANT ALL|GRANT DELETE|REVOKE)/.test(sql)) expect(refusal).toEqual(expect.any(String));
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
