import {
  connected,
  Installation,
  needing,
  OtherPostgres,
  startSupportPooler,
  until,
  type Caller,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readable, secret } from '../src/tenant-databases/readonly-role.js';
import { newSlug, RunningControlApi, tenantInput, wait } from './control-client.js';

const password = 'for support staff alone';
const insufficientPrivilege = '42501';

let server: OtherPostgres;
let installation: Installation;
let api: RunningControlApi;
let owner: Caller;
let acme: string;
let globex: string;

/** On a server of its own: the role belongs to a whole server, and so does whether it may log in. */
const start = (readonlyPassword: string) =>
  RunningControlApi.start(
    installation.controlConfig({
      TENANT_SERVER_ADMIN_URL: server.adminUrl,
      TENANT_READONLY_PASSWORD: readonlyPassword,
      TENANT_WARM_DATABASES: '1',
    }),
  );

beforeAll(async () => {
  server = await OtherPostgres.start('secret');
  installation = await Installation.create({ pooled: false });
  api = await start(password);
  owner = await api.asOwner();
  [acme, globex] = await Promise.all([create(), create()]);
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
  await server.remove();
});

async function create(): Promise<string> {
  const { status, body } = await owner.post('/tenants', tenantInput(newSlug()), wait);
  expect(status).toBe(201);
  return body.databaseName;
}

/** What the role gets for statements in a database: the last one's rows, or the SQLSTATE of its refusal. */
async function asReader(database: string, ...statements: string[]): Promise<unknown> {
  const url = new URL(server.adminUrl);
  url.username = 'helpdeskly_readonly';
  url.password = encodeURIComponent(password);
  url.pathname = `/${database}`;
  try {
    return await connected(url.href, async (client) => {
      let rows: unknown;
      for (const sql of statements) rows = (await client.query(sql)).rows;
      return rows;
    });
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

async function asAdminOf<Row extends object>(database: string, sql: string): Promise<Row[]> {
  const url = new URL(server.adminUrl);
  url.pathname = `/${database}`;
  return connected(url.href, async (client) => (await client.query<Row>(sql)).rows);
}

needing('pgbouncer')('the door of pgAdmin', () => {
  it('lets support staff’s role into every tenant’s database, and nobody else anywhere', async () => {
    const door = await startSupportPooler(server.adminUrl, password);
    const signIn = async (name: string, secretWord: string, database: string) => {
      const url = new URL(server.adminUrl);
      [url.username, url.password, url.port, url.pathname] = [name, secretWord, String(door.port), `/${database}`];
      return connected(
        url.href,
        async (client) => (await client.query('SELECT current_user AS who')).rows[0].who,
      ).catch((error: unknown) => (error as { code?: string }).code ?? 'refused');
    };
    try {
      const { password: superuser } = new URL(server.adminUrl);
      for (const database of [acme, globex])
        expect(await signIn('helpdeskly_readonly', encodeURIComponent(password), database)).toBe('helpdeskly_readonly');
      const others = [
        await signIn('helpdeskly_readonly', 'wrong', acme),
        await signIn('postgres', superuser, 'postgres'),
        await signIn('postgres', superuser, acme),
        await signIn(`${acme}_a`, 'guess', acme),
        await signIn('pgbouncer', 'guess', 'pgbouncer'),
      ];
      expect(others.filter((answer) => !/^(08P01|28P01|28000|refused)$/.test(answer))).toEqual([]);
    } finally {
      await door.stop();
    }
  });
});

describe("support staff's role", () => {
  it('reads users and tickets of every tenant', async () => {
    for (const database of [acme, globex]) {
      expect(await asReader(database, 'SELECT "role", "status" FROM "User"')).toEqual([
        { role: 'ADMIN', status: 'ACTIVE' },
      ]);
      expect(await asReader(database, 'SELECT count(*)::int AS tickets FROM "Ticket"')).toEqual([{ tickets: 0 }]);
    }
  });

  it('reads no password hash and no row of a table that holds secrets', async () => {
    expect(await asReader(acme, 'SELECT "passwordHash" FROM "User"')).toBe(insufficientPrivilege);
    expect(await asReader(acme, 'SELECT * FROM "User"')).toBe(insufficientPrivilege);
    for (const table of secret) expect(await asReader(acme, `SELECT * FROM "${table}"`)).toBe(insufficientPrivilege);
  });

  it('is told for each table of a tenant’s database whether it may read it', async () => {
    const tables = await asAdminOf<{ name: string }>(
      acme,
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    expect(tables.map(({ name }) => name).sort()).toEqual([...Object.keys(readable), ...secret].sort());
  });

  it('writes nothing, read-only or not', async () => {
    const off = 'SET default_transaction_read_only = off';
    expect(await asReader(acme, off, `SELECT lo_from_bytea(0, 'large')`)).toBe(insufficientPrivilege);
    const write = `UPDATE "TicketCounter" SET "lastNumber" = 7`;
    expect(await asReader(acme, write)).toMatch(/25006|42501/);
    expect(await asReader(acme, off, write)).toBe(insufficientPrivilege);
  });

  it.each(['CREATE TABLE t ()', 'CREATE TEMP TABLE t ()', 'CREATE SCHEMA s', 'CREATE DATABASE d', 'CREATE ROLE r'])(
    'is refused %s',
    async (sql) => {
      expect(await asReader(acme, 'SET default_transaction_read_only = off', sql)).toBe(insufficientPrivilege);
    },
  );

  it('enters neither templates nor warm databases nor another role', async () => {
    const others = () =>
      asAdminOf<{ name: string }>(
        'postgres',
        `SELECT datname AS name FROM pg_database WHERE datname ~ '^(helpdeskly_|template1)'`,
      );
    await until(async () => (await others()).some(({ name }) => name.includes('_warm_')));
    for (const { name } of await others()) expect(await asReader(name, 'SELECT 1')).toMatch(/42501|55000/);
    for (const role of ['helpdeskly_dml', 'helpdeskly_owner'])
      expect(await asReader(acme, `SET ROLE ${role}`)).toBe(insufficientPrivilege);
  });

  it('enters databases that were made before it, once a worker has seen them', async () => {
    await asAdminOf(
      acme,
      `REVOKE CONNECT ON DATABASE ${acme} FROM helpdeskly_readonly;
       REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM helpdeskly_readonly`,
    );
    expect(await asReader(acme, 'SELECT 1')).toBe(insufficientPrivilege);
    await api.stop();
    api = await start(password);
    owner = await api.asOwner();
    await until(async () => Array.isArray(await asReader(acme, 'SELECT "email" FROM "User"')));
  });

  it('cannot log in without a password in the configuration', async () => {
    await api.stop();
    api = await start('');
    owner = await api.asOwner();
    expect(await asReader(acme, 'SELECT 1')).toMatch(/^28/);
  });
});

describe('GET /pgadmin/servers.json', () => {
  it('lists the control database and every server, without a password', async () => {
    const { status, body } = await owner.get('/pgadmin/servers.json');
    expect(status).toBe(200);
    const servers = Object.values<{ Group: string; Port: number; Username: string }>(body.Servers);
    expect(servers.map(({ Group }) => Group)).toEqual(['Control', 'Tenant servers']);
    expect(servers[1]?.Port).toBe(Number(new URL(server.adminUrl).port));
    expect(new Set(servers.map(({ Username }) => Username))).toEqual(new Set(['helpdeskly_readonly']));
    expect(JSON.stringify(body)).not.toMatch(/password|secret/i);
  });

  it('is not for viewers', async () => {
    const { body: key } = await owner.post('/api-keys', { name: 'reader', role: 'VIEWER' });
    expect((await api.with(key.key).get('/pgadmin/servers.json')).status).toBe(403);
  });
});
