import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '@helpdeskly/embedded-postgres';
import { auditAttacks, auditTrail, connected, isOnlyWarned } from '@helpdeskly/testing/database';
import { asUser, inDatabase } from '../src/database-url.js';
import type { Runtime } from '../src/runtime.js';
import { LocalStart } from './local-start.js';

let folder: string;
let start: LocalStart;
let runtime: Runtime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-roles-'));
  start = LocalStart.in(folder);
  runtime = await start.ready();
});

afterAll(async () => {
  await start.stop();
  await LocalStart.remove(folder);
});

const opsScript = fileURLToPath(new URL('../../../scripts/ops.mjs', import.meta.url));

/** What moves need of the administrator; the audit trail is locked for replicas, too. */
const mayReplay = 'SET session_replication_role = replica';

const secrets = async () => JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>;

async function call(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
  const ask = async (way: string, input: object | undefined, headers: Record<string, string>, verb = 'POST') => {
    const answer = await fetch(`${runtime.controlApi}/api/v1${way}`, {
      method: verb,
      headers: {
        prefer: 'wait=30',
        ...headers,
        ...(input === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
    return { status: answer.status, body: (await answer.json()) as any };
  };
  const { accessToken } = (await ask('/auth/login', runtime.operator, {})).body;
  return ask(path, body, { authorization: `Bearer ${accessToken}` }, method);
}

/** As if the services had had the superuser until now, who made all that is there. */
async function undoAdministrator(): Promise<void> {
  const { tenantAdminPassword: _, ...older } = await secrets();
  const options = { dataDir: join(folder, 'postgres'), password: older['postgresPassword'] ?? '' };
  const server = await startEmbeddedPostgres(options);
  await connected(server.adminUrl, async (superuser) => {
    const { rows } = await superuser.query<{ name: string }>(
      `SELECT rolname AS name FROM pg_roles WHERE rolname ~ '^t_[0-9a-f]{32}_[ab]$'`,
    );
    for (const { name } of rows)
      await superuser.query(
        `REVOKE helpdeskly_dml FROM ${name} GRANTED BY helpdeskly_admin;
         GRANT helpdeskly_dml TO ${name} WITH INHERIT TRUE, SET FALSE`,
      );
    await superuser.query('DROP OWNED BY helpdeskly_admin; DROP ROLE helpdeskly_admin');
    await superuser.query('ALTER DATABASE helpdeskly_base IS_TEMPLATE false');
    await superuser.query('DROP DATABASE helpdeskly_base');
  });
  await server.stop();
  await writeFile(join(folder, 'secrets.json'), JSON.stringify(older));
}

describe('the roles that npm start gives its services', () => {
  it.each([
    ['the control API’s', 'helpdeskly_control', 'controlPassword'],
    ['the administrator of tenants’ databases', 'helpdeskly_admin', 'tenantAdminPassword'],
  ])('change nothing of the audit trail: %s', async (_, name, secret) => {
    const { adminUrl, controlUrl } = runtime.postgres;
    const control = new URL(controlUrl).pathname.slice(1);
    const url = inDatabase(asUser(adminUrl, name, (await secrets())[secret] ?? ''), control);
    const asSuperuser = (sql: string) => connected(inDatabase(adminUrl, control), (client) => client.query(sql));
    /** The SQLSTATE of its refusal, if it is refused. */
    const tried = (sql: string) =>
      connected(url, (client) => client.query(sql)).then(
        () => undefined,
        (error: { code?: string }) => error.code,
      );
    const isAdministrator = name === 'helpdeskly_admin';
    if (isAdministrator) {
      expect(await tried('SELECT 1')).toBe('42501');
      await asSuperuser(`GRANT CONNECT ON DATABASE ${control} TO ${name}`); // Even with the way in that it has not.
    }
    const others = [
      ...(isAdministrator
        ? [`GRANT helpdeskly_control TO ${name}`, `ALTER ROLE helpdeskly_control PASSWORD 'mine'`]
        : [`GRANT helpdeskly_admin TO ${name}`, `ALTER ROLE helpdeskly_admin PASSWORD 'mine'`]),
      `CREATE DATABASE copy TEMPLATE ${control}`,
      'CREATE ROLE above SUPERUSER',
      `GRANT pg_write_server_files TO ${name}`,
      `SELECT pg_read_file('PG_VERSION')`,
      `ALTER ROLE postgres PASSWORD 'mine'`,
      `${mayReplay}; DELETE FROM audit."AuditEvent"`,
      'UPDATE pg_authid SET rolsuper = true',
    ];
    const count = (await asSuperuser('SELECT FROM audit."AuditEvent"')).rowCount ?? 0;
    const trail = async () => {
      const [row] = (await asSuperuser(auditTrail)).rows;
      return { ...row, events: row.events.slice(0, count) }; // The services may add to it meanwhile.
    };
    const before = await trail();
    for (const sql of [...auditAttacks(name, control), ...others]) {
      const refusal = await tried(sql);
      expect([sql, await trail()]).toEqual([sql, before]);
      if (isAdministrator && sql === mayReplay) expect(refusal).toBeUndefined();
      else if (!isOnlyWarned(sql)) expect([sql, refusal]).toEqual([sql, expect.any(String)]);
    }
    if (isAdministrator) await asSuperuser(`REVOKE CONNECT ON DATABASE ${control} FROM ${name}`);
  });

  it('leave neither weakness of the audit trail’s lock nor anything that isolation lacks', async () => {
    const { notices } = (await (await fetch(`${runtime.controlApi}/health/ready`)).json()) as { notices?: string[] };
    expect(notices ?? []).toEqual([]);
    const log = await readFile(join(folder, 'logs', 'control-api.log'), 'utf8');
    expect(log).not.toMatch(/a superuser must|its owner must|lock is advisory|above the audit/);
    expect((await call('POST', '/isolation/run')).body).toMatchObject({ status: 'ISOLATED' });
  });

  it('let the control database be backed up, and hold it against a restore while it is in use', async () => {
    const file = join(folder, 'control.archive');
    const control = async (...parameters: string[]) => {
      const program = spawn(process.execPath, [opsScript, 'control', ...parameters], {
        env: { PATH: process.env['PATH'], HELPDESKLY_DATA_DIR: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(program, 'close');
      const said = await Promise.all([text(program.stdout), text(program.stderr)]);
      return [(await ended)[0], said.join('')];
    };
    expect(await control('--help')).toEqual([0, expect.stringContaining('control backup [--file FILE]')]);
    expect(await control('backup', '--file', file)).toEqual([0, expect.stringContaining(`with 1 tenants`)]);
    expect(await control('restore', '--file', file)).toEqual([1, expect.stringContaining('Nothing was changed')]);
    expect((await readFile(file)).includes('acme')).toBe(false); // It is encrypted.
  });

  it('serve a folder from when the services had the superuser', async () => {
    const slug = runtime.demo[0]?.slug ?? '';
    await start.stop();
    await undoAdministrator();
    start = LocalStart.in(folder);
    runtime = await start.ready();
    expect(runtime.demo[0]?.slug).toBe(slug);
    const limits = { maxConnections: 4 };
    expect(await call('PATCH', `/tenants/${slug}`, { limits })).toMatchObject({ status: 200, body: { limits } });
    expect(await call('POST', `/tenants/${slug}/credentials/rotate`)).toMatchObject({ status: 202 });
    const admin = { email: 'ada@made.example', name: 'Ada', password: 'correct horse battery' };
    const made = await call('POST', '/tenants', { slug: 'made', name: 'Made', admin });
    expect(made).toMatchObject({ status: 201, body: { status: 'ACTIVE' } });
    expect((await call('POST', '/isolation/run')).body).toMatchObject({ status: 'ISOLATED' });
    expect(await call('DELETE', `/tenants/${slug}?purge=now`)).toMatchObject({ status: 202 });
  });
});
