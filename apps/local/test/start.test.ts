import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MigrationsFolder, StartingServer, until } from '@helpdeskly/testing';
import { Secret, TOTP } from 'otpauth';
import type { Runtime } from '../src/runtime.js';
import { LocalStart } from './local-start.js';

let folder: string;
let dataDir: string;
let start: LocalStart;
let runtime: Runtime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly start '));
  dataDir = join(folder, 'data');
  start = LocalStart.in(dataDir);
  runtime = await start.ready();
});

afterAll(async () => {
  await start.stop();
  for (const used of ['data', 'other', 'guarded']) await LocalStart.remove(join(folder, used));
  await rm(folder, { recursive: true, force: true });
});

async function signIn({ appApi, demo }: Runtime, role: string): Promise<Record<string, string>> {
  const [tenant] = demo;
  const user = tenant?.users.find((one) => one.role === role);
  const headers = { 'content-type': 'application/json', 'x-tenant-slug': tenant?.slug ?? '' };
  const body = JSON.stringify({ email: user?.email, password: user?.password });
  const answer = await fetch(`${appApi}/api/v1/auth/login`, { method: 'POST', headers, body });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { 'x-tenant-slug': tenant?.slug ?? '', authorization: `Bearer ${accessToken}` };
}

async function countTickets(of: Runtime, query = ''): Promise<number> {
  const headers = await signIn(of, 'AGENT');
  const answer = await fetch(`${of.appApi}/api/v1/tickets?limit=1&include=total${query}`, { headers });
  return ((await answer.json()) as { meta: { total: number } }).meta.total;
}

async function demoTenant({ controlApi, operator, demo }: Runtime): Promise<{ schemaPending: number }> {
  const headers = { 'content-type': 'application/json' };
  const login = { method: 'POST', headers, body: JSON.stringify(operator) };
  const { accessToken } = (await (await fetch(`${controlApi}/api/v1/auth/login`, login)).json()) as {
    accessToken: string;
  };
  const answer = await fetch(`${controlApi}/api/v1/tenants/${demo[0]?.slug}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return (await answer.json()) as { schemaPending: number };
}

describe('npm start', () => {
  it('keeps what holds a password to its owner', async () => {
    for (const file of ['runtime.json', 'secrets.json'])
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
  });

  it('leaves no half-written file', async () => {
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('lets the operator of runtime.json sign in', async () => {
    const { controlApi, operator } = runtime;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${controlApi}/api/v1/auth/login`, {
      method: 'POST',
      headers,
      body: JSON.stringify(operator),
    });
    expect(answer.status).toBe(200);
  });

  it.each(['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'])('shows %s tickets in the demo', async (status) => {
    expect(await countTickets(runtime, `&status=${status}`)).toBeGreaterThan(0);
  });

  it('shows the password that operator:reset made, and keeps it', async () => {
    const script = fileURLToPath(new URL('../../../scripts/operator-reset.mjs', import.meta.url));
    const env = { PATH: process.env.PATH, HELPDESKLY_DATA_DIR: dataDir };
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await text(child.stdout);
    const { operator, controlApi } = await start.ready();
    expect(operator.password).not.toBe(runtime.operator.password);
    expect(said).toContain(`Password: ${operator.password}`);
    const headers = { 'content-type': 'application/json' };
    const login = { method: 'POST', headers, body: JSON.stringify(operator) };
    expect((await fetch(`${controlApi}/api/v1/auth/login`, login)).status).toBe(200);
    runtime = { ...runtime, operator };
  });

  it('refuses a second start on the same folder', async () => {
    const second = LocalStart.in(dataDir);
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('already runs on');
    expect((await start.ready()).appApi).toBe(runtime.appApi);
  });

  it('names a port that is taken, and the variable that chooses another', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const second = LocalStart.in(join(folder, 'other'), { APP_API_PORT: String(port) });
    expect(await second.exit()).toBe(1);
    expect(second.output).toMatch(new RegExp(`Port ${port} is taken.*APP_API_PORT`));
    await new Promise((resolve) => server.close(resolve));
  });

  it('names a variable that is wrong', async () => {
    const second = LocalStart.in(join(folder, 'other'), { TENANT_POOL_MAX: 'many' });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('TENANT_POOL_MAX');
  });

  it('ends cleanly when the signal comes twice', async () => {
    start.signal('SIGINT');
    start.signal('SIGTERM');
    expect(await start.exit()).toBe(0);
    await expect(fetch(`${runtime.appApi}/health/live`)).rejects.toThrow();
  });

  it('keeps everything for the next start', async () => {
    const before = runtime;
    start = LocalStart.in(dataDir);
    runtime = await start.ready();
    expect(runtime.operator).toEqual(before.operator);
    expect(await countTickets(runtime)).toBe(204);
  });

  it('starts again after a kill -9', async () => {
    start.signal('SIGKILL');
    await start.exit();
    await rm(join(dataDir, 'runtime.json'));
    start = LocalStart.in(dataDir);
    runtime = await start.ready();
    expect(await countTickets(runtime)).toBe(204);
  });

  it('waits for a PostgreSQL that recovers, says so with seconds, and ends when it is told to meanwhile', async () => {
    await start.stop();
    const postgres = await StartingServer.in(join(dataDir, 'postgres'));
    const waiting = /… PostgreSQL: the database system is .* \(\d+ s\)/;
    start = LocalStart.in(dataDir);
    await until(() => waiting.test(start.output));
    expect(await start.stop()).toBe(0);
    expect(postgres.runs).toBe(false);
    start = LocalStart.in(dataDir);
    await until(() => waiting.test(start.output));
    await postgres.promote();
    runtime = await start.ready();
    expect(await countTickets(runtime)).toBe(204);
  });

  it('brings tenants to the migrations that came since, unless told otherwise', async () => {
    const migrations = await MigrationsFolder.create();
    await migrations.write('20270000000000_since', '-- compatible\nCREATE TABLE "Since" ("id" int)');
    const settings = { TENANT_MIGRATIONS_DIR: migrations.path };
    await start.stop();
    start = LocalStart.in(dataDir, { ...settings, AUTO_MIGRATE: 'false' });
    runtime = await start.ready();
    expect(await demoTenant(runtime)).toMatchObject({ schemaPending: 1 });
    await start.stop();
    start = LocalStart.in(dataDir, settings);
    runtime = await start.ready();
    expect(start.output).toMatch(/A tenant lacks migrations: http\S+migration-runs\/\S+ applies them/);
    await until(async () => (await demoTenant(runtime)).schemaPending === 0);
    await migrations.remove();
  });

  it('leaves the demo out when told so', async () => {
    const other = LocalStart.in(join(folder, 'other'), { SEED_DEMO: 'false' });
    expect((await other.ready()).demo).toEqual([]);
    expect(await other.stop()).toBe(0);
  });

  it('serves where its operator has a second factor, and says what it leaves to them', async () => {
    const guarded = join(folder, 'guarded');
    const first = LocalStart.in(guarded, { SEED_DEMO: 'false' });
    const { controlApi, operator } = await first.ready();
    const ask = async (path: string, body: object, headers: object = {}): Promise<any> => {
      const sent = { 'content-type': 'application/json', ...headers };
      const answer = await fetch(`${controlApi}/api/v1${path}`, {
        method: 'POST',
        headers: sent,
        body: JSON.stringify(body),
      });
      return answer.json();
    };
    const { accessToken } = await ask('/auth/login', operator);
    const authorization = { authorization: `Bearer ${accessToken}` };
    const { secret } = await ask('/auth/mfa/totp', {}, authorization);
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    expect(await ask('/auth/mfa/totp/confirm', { code }, authorization)).toHaveProperty('recoveryCodes');
    expect(await first.stop()).toBe(0);
    const second = LocalStart.in(guarded);
    expect((await second.ready()).demo).toEqual([]);
    const left = /has a second factor, .*: sign in with a code to create tenants and to begin migration runs/;
    await until(() => (second.output.match(new RegExp(left, 'g')) ?? []).length === 2);
    expect(await second.stop()).toBe(0);
  });
});
