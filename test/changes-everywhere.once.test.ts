import { setTimeout as sleep } from 'node:timers/promises';
import {
  asAdmin,
  connected,
  ServiceProcess,
  startSystem,
  until,
  urlOf,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Load, print } from './load.js';

// What happens to a tenant is known in every process of app-api at once, and the others notice nothing of it.
let system: System;
let processes: readonly ServiceProcess[];
let acme: TestTenant;

const unlimited = { RATE_LIMIT_USER_PER_MINUTE: '0', RATE_LIMIT_TENANT_PER_MINUTE: '0' };
const withinMs = 1000;

beforeAll(async () => {
  system = await startSystem({ control: { RECONCILIATION_INTERVAL: '0s' } });
  const environment = { ...system.installation.environment, ...unlimited };
  processes = await Promise.all([1, 2].map(() => ServiceProcess.start('app-api', environment)));
  acme = await system.createTenant();
});

afterAll(async () => {
  await Promise.all(processes.map((service) => service.stop()));
  await system.close();
});

async function statusAt(
  { origin }: ServiceProcess,
  path = '/tickets?limit=1',
  init: RequestInit = {},
): Promise<number> {
  const headers = { 'x-tenant-slug': acme.slug, authorization: `Bearer ${acme.admin.accessToken}`, ...init.headers };
  const answer = await fetch(`${origin}/api/v1${path}`, { ...init, headers });
  await answer.arrayBuffer();
  return answer.status;
}

/** Milliseconds from now until every process answers so. */
async function everywhere(status: number): Promise<number> {
  const begun = performance.now();
  const times = await Promise.all(
    processes.map(async (service) => {
      await until(async () => (await statusAt(service)) === status);
      return performance.now() - begun;
    }),
  );
  return Math.max(...times);
}

async function move(action: 'suspend' | 'activate'): Promise<void> {
  expect((await system.operator.post(`/tenants/${acme.id}/${action}`)).status).toBe(200);
}

function show(title: string, times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
  print(title, { changes: sorted.length, 'p50 (ms)': at(0.5), 'p99 (ms)': at(0.99), 'longest (ms)': at(1) });
  // What a busy machine does to the slowest tenth is printed, not judged.
  return at(0.9);
}

describe('a change of a tenant', () => {
  it('is known in two processes within a second, a hundred times', async () => {
    await everywhere(200);
    const times: number[] = [];
    for (let round = 0; round < 50; round++) {
      await move('suspend');
      times.push(await everywhere(403));
      await move('activate');
      times.push(await everywhere(200));
    }
    expect(show('a change reaches both processes', times)).toBeLessThan(withinMs);
  });

  it('is known as soon when the connections for notifications are cut at the same moment', async () => {
    const { database } = system.installation;
    const cut = () =>
      asAdmin((admin) =>
        admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = $1 AND application_name = 'helpdeskly-catalog-listener'`,
          [database],
        ),
      );
    const times: number[] = [];
    let ended = 0;
    for (let round = 0; round < 10; round++) {
      const [{ rowCount }] = await Promise.all([cut(), move('suspend')]);
      ended += rowCount ?? 0;
      times.push(await everywhere(403));
      await Promise.all([cut(), move('activate')]);
      times.push(await everywhere(200));
    }
    expect(ended).toBeGreaterThan(0);
    expect(show('the same while connections for notifications are cut', times)).toBeLessThan(withinMs);
  });

  it('lets requests under way finish', async () => {
    const ticket = await acme.admin.post('/tickets', { title: 'Held', description: 'by a lock' });
    const service = processes[0];
    if (service === undefined) throw new Error('no process');
    const under = await connected(urlOf(acme.databaseName), async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM "Ticket" WHERE "id" = $1 FOR UPDATE', [ticket.body.id]);
      const post = statusAt(service, `/tickets/${ticket.body.id}/comments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ body: 'written while it was suspended' }),
      });
      await until(async () => {
        const { rows } = await client.query<{ waiting: number }>(
          `SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND database =
             (SELECT oid FROM pg_database WHERE datname = current_database()) OR NOT granted AND locktype = 'transactionid'`,
        );
        return (rows[0]?.waiting ?? 0) > 0;
      });
      await move('suspend');
      await everywhere(403);
      await client.query('COMMIT');
      return post;
    });
    expect(under).toBe(201);
    await move('activate');
    await everywhere(200);
  });
});

describe('a database that somebody drops under load', () => {
  it('is answered 503 for its tenant alone, and reported', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => system.createTenant()));
    const lost = await system.createTenant();
    const load = (tenants: readonly TestTenant[]) =>
      new Load({
        origins: processes.map(({ origin }) => origin),
        users: tenants.map(({ slug, admin }) => ({ slug, accessToken: admin.accessToken })),
        clients: 6,
        pauseMs: 10,
      });
    const running = load(others);
    const reads = async () =>
      (
        await Promise.all(
          processes.map(({ origin }) =>
            fetch(`${origin}/api/v1/tickets`, {
              headers: { 'x-tenant-slug': lost.slug, authorization: `Bearer ${lost.admin.accessToken}` },
            }),
          ),
        )
      ).map(async (answer) => [answer.status, ((await answer.json()) as { code?: string }).code]);
    await until(async () => (await Promise.all(await reads())).every(([status]) => status === 200));
    await asAdmin((admin) => admin.query(`DROP DATABASE "${lost.databaseName}" WITH (FORCE)`));
    const answers: unknown[] = [];
    for (let look = 0; look < 20; look++) {
      answers.push(...(await Promise.all(await reads())));
      await sleep(100);
    }
    await running.stop();
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify([503, 'tenant_database_unavailable'])]),
    );
    expect(running.failures).toEqual([]);
    for (let look = 0; look < 2; look++) await system.operator.post('/reconciliation/run');
    const { data } = (await system.operator.get('/reconciliation?kind=missing_database')).body;
    expect(data).toMatchObject([{ subject: lost.databaseName, tenantId: lost.id, action: 'REPORT' }]);
    expect((await system.operator.get(`/tenants/${lost.id}`)).body.status).toBe('ACTIVE');
  });
});
