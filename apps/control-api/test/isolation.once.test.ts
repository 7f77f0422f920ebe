import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, connected, Installation, urlOf } from '@helpdeskly/testing';
import { Secrets } from '@helpdeskly/catalog';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

interface Credentials {
  readonly id: string;
  readonly database: string;
  readonly name: string;
  readonly password: string;
}

let installation: Installation;
let api: RunningControlApi;
let acme: Credentials;
let globex: Credentials;

beforeAll(async () => {
  // What PostgreSQL itself lets a role do, which no pooler in between makes another.
  installation = await Installation.create({ pooled: false });
  const config = installation.controlConfig({ TENANT_QUERY_TIMEOUT_MS: '700' });
  api = await RunningControlApi.start(config);
  const owner = await api.asOwner();
  const secrets = new Secrets(config.encryptionKeys);
  const create = async (slug: string): Promise<Credentials> => {
    const { body } = await owner.post('/tenants', tenantInput(slug, { limits: { maxConnections: 3 } }), wait);
    const [row] = await installation.query<{ roleName: string; roleSecret: string }>(
      'SELECT "roleName", "roleSecret" FROM "Tenant" WHERE "id" = $1',
      [body.id],
    );
    if (row === undefined) throw new Error('the tenant is not in the catalog');
    return {
      id: body.id,
      database: body.databaseName,
      name: row.roleName,
      password: secrets.open(row.roleSecret, body.id),
    };
  };
  acme = await create(newSlug('acme'));
  globex = await create(newSlug('globex'));
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

/** What PostgreSQL answers to acme's role in a database: rows, or the SQLSTATE of its refusal. */
async function asAcme(sql: string, database = acme.database): Promise<unknown> {
  try {
    return await connected(urlOf(database, acme), async (client) => (await client.query(sql)).rows);
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

const insufficientPrivilege = '42501';

describe("a tenant's role", () => {
  it('reads and writes its own tickets and users', async () => {
    expect(await asAcme('SELECT "role", "status" FROM "User"')).toEqual([{ role: 'ADMIN', status: 'ACTIVE' }]);
    expect(await asAcme('UPDATE "TicketCounter" SET "lastNumber" = "lastNumber" + 1 RETURNING "lastNumber"')).toEqual([
      { lastNumber: 1 },
    ]);
  });

  it("cannot connect to another tenant's database", async () => {
    expect(await asAcme('SELECT 1', globex.database)).toBe(insufficientPrivilege);
  });

  it('cannot connect to the control database', async () => {
    expect(await asAcme('SELECT 1', installation.database)).toBe(insufficientPrivilege);
  });

  it.each(['postgres', 'template1'])('cannot connect to %s', async (database) => {
    expect(await asAcme('SELECT 1', database)).toBe(insufficientPrivilege);
  });

  it('cannot connect to the template, nor can anybody', async () => {
    const { rows } = await asAdmin((admin) =>
      admin.query<{ datname: string; datallowconn: boolean }>(
        `SELECT datname, datallowconn FROM pg_database WHERE datistemplate AND datname LIKE 'helpdeskly\\_template\\_%' AND datdba = 'helpdeskly_owner'::regrole`,
      ),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { datname, datallowconn } of rows) {
      expect(datallowconn).toBe(false);
      expect(await asAcme('SELECT 1', datname)).toBe('55000'); // not currently accepting connections
    }
  });

  it.each([
    'CREATE TABLE mine (id int)',
    'CREATE TEMPORARY TABLE mine (id int)',
    'CREATE SCHEMA mine',
    'CREATE DATABASE mine',
    'CREATE ROLE mine',
    'ALTER TABLE "User" ADD COLUMN mine int',
    'DROP TABLE "Comment"',
    'TRUNCATE "Comment"',
    'SET ROLE helpdeskly_owner',
    'SET ROLE helpdeskly_dml',
    'ALTER ROLE CURRENT_USER CONNECTION LIMIT 100',
    'GRANT helpdeskly_dml TO helpdeskly_owner',
    'INSERT INTO "TenantIdentity" ("id", "tenantId") VALUES (2, uuidv7())',
    'UPDATE "TenantIdentity" SET "tenantId" = uuidv7()',
    'DELETE FROM "TenantIdentity"',
    'SELECT * FROM "_prisma_migrations"',
    'UPDATE "TicketEvent" SET "type" = \'x\'',
    'DELETE FROM "TicketEvent"',
    'SELECT rolpassword FROM pg_authid',
    "SELECT pg_read_file('PG_VERSION')",
  ])('may not: %s', async (sql) => {
    expect(await asAcme(sql)).toBe(insufficientPrivilege);
  });

  it('may not open its database to others', async () => {
    await asAcme(`GRANT CONNECT ON DATABASE ${acme.database} TO ${globex.name}`); // PostgreSQL only warns.
    await expect(connected(urlOf(acme.database, globex), (client) => client.query('SELECT 1'))).rejects.toMatchObject({
      code: insufficientPrivilege,
    });
  });

  it('holds as many connections as the tenant’s limit, over all processes', async () => {
    const nested = (depth: number): Promise<unknown> =>
      connected(urlOf(acme.database, acme), () => (depth === 1 ? Promise.resolve() : nested(depth - 1)));
    await nested(3);
    await expect(nested(4)).rejects.toMatchObject({ code: '53300' }); // too_many_connections
  });

  it('has UTC, a fixed search_path and a limit on statements', async () => {
    const settings = `SELECT current_setting('timezone') AS timezone, current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout`;
    expect(await asAcme(settings)).toEqual([{ timezone: 'UTC', path: 'public', timeout: '700ms' }]);
    expect(await asAcme('SELECT pg_sleep(10)')).toBe('57014'); // query_canceled
  });
});

describe("a tenant's database", () => {
  it('says whose it is, inside and on the server', async () => {
    expect(await asAcme('SELECT "tenantId" FROM "TenantIdentity"')).toEqual([{ tenantId: acme.id }]);
    const [named] = await installation.query<{ key: string }>('SELECT "key" FROM "Installation"');
    const { rows } = await asAdmin((admin) =>
      admin.query(
        `SELECT shobj_description(oid, 'pg_database') AS comment, pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1`,
        [acme.database],
      ),
    );
    expect(rows).toEqual([{ comment: `helpdeskly:${named?.key}:${acme.id}:served`, owner: 'helpdeskly_owner' }]);
  });

  it('is owned, with all that is in it but what an extension of PostgreSQL brings, by a role that nobody can log in as', async () => {
    const owners = await connected(
      urlOf(acme.database),
      async (client) =>
        (
          await client.query(
            `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
           UNION SELECT pg_get_userbyid(proowner) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
             AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
           UNION SELECT pg_get_userbyid(extowner) FROM pg_extension WHERE extname = 'pg_trgm'`,
          )
        ).rows,
    );
    expect(owners).toEqual([{ owner: 'helpdeskly_owner' }]);
    const { rows } = await asAdmin((admin) =>
      admin.query(`SELECT rolcanlogin FROM pg_roles WHERE rolname IN ('helpdeskly_owner', 'helpdeskly_dml')`),
    );
    expect(rows).toEqual([{ rolcanlogin: false }, { rolcanlogin: false }]);
  });

  it("keeps a password's verifier alone", async () => {
    const { rows } = await asAdmin((admin) =>
      admin.query<{ rolpassword: string }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [acme.name]),
    );
    expect(rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
    expect(rows[0]?.rolpassword).not.toContain(acme.password);
  });
});

describe("the catalog's reader", () => {
  it('reads the catalog and nothing else', async () => {
    const reader = { name: `${installation.database}_reader`, password: 'reader' };
    const read = (sql: string) =>
      connected(urlOf(installation.database, reader), async (client) => (await client.query(sql)).rows).catch(
        (error: { code?: string }) => error.code,
      );
    expect(await read(`SELECT "slug" FROM "catalog"."tenant" WHERE "id" = '${acme.id}'`)).toHaveLength(1);
    expect(await read('SELECT count(*)::int FROM "catalog"."signing_key"')).toEqual([{ count: 1 }]);
    for (const table of [
      'Tenant',
      'DatabaseServer',
      'Operator',
      'OperatorSession',
      'ApiKey',
      'SigningKey',
      'IdempotencyKey',
    ]) {
      expect(await read(`SELECT * FROM public."${table}"`)).toBe(insufficientPrivilege);
    }
    expect(await read('SELECT * FROM audit."AuditEvent"')).toBe(insufficientPrivilege);
    expect(await read('SELECT * FROM bullmq.job')).toBe(insufficientPrivilege);
  });
});

describe("support staff's role in the control database", () => {
  it('may see where each tenant’s database is, and nothing else', async () => {
    const [rights] = await installation.query<Record<string, boolean>>(
      `SELECT has_database_privilege(r, current_database(), 'CONNECT') AS enters,
              has_table_privilege(r, 'support.tenant', 'SELECT') AS finds,
              bool_or(has_table_privilege(r, format('%I.%I', schemaname, tablename), 'SELECT')) AS reads,
              has_schema_privilege(r, 'catalog', 'USAGE') AS catalog
         FROM pg_tables, (VALUES ('helpdeskly_readonly')) AS role (r)
        WHERE schemaname IN ('audit', 'public', 'bullmq') GROUP BY r`,
    );
    expect(rights).toEqual({ enters: true, finds: true, reads: false, catalog: false });
    const columns = await installation.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'support.tenant'::regclass AND attnum > 0`,
    );
    expect(columns.map(({ name }) => name).join(' ')).not.toMatch(/secret|password|admin/i);
  });
});
