import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until, type System } from '@helpdeskly/testing';
import { HeldMoves } from './held-moves.js';
import { ask, askIn, atHome, moved, movedUnderTraffic, TwoServers } from './two-servers.js';

let servers: TwoServers;
let system: System;
let moves: HeldMoves;

beforeAll(async () => {
  servers = await TwoServers.start();
  ({ system } = servers);
  // Moves of tenants that app-api reaches directly need no PgBouncer: this one is away all the time.
  const TENANT_POOLER_ADMIN_URL = 'postgres://pgbouncer:away@127.0.0.1:1/pgbouncer';
  moves = new HeldMoves(servers, { ...servers.environment, TENANT_POOLER_ADMIN_URL });
  await moves.startWorker();
});

afterAll(async () => {
  await moves?.close();
  await servers?.close();
});

/** How many rows each table has, and the hash of their texts. */
async function rowsOf(server: TwoServers['first'], database: string) {
  const tables = await askIn(
    server,
    database,
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations' ORDER BY 1`,
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables) {
    const sql = `SELECT count(*)::int AS count, md5(string_agg(t::text, ',' ORDER BY t::text)) AS hash FROM "${name}" t`;
    [found[name]] = await askIn(server, database, sql);
  }
  return found;
}

describe('a move', () => {
  it('is refused by the name of what is missing', async () => {
    const tenant = await servers.tenantOnFirst();
    await ask(servers.first.adminUrl, 'ALTER ROLE helpdeskly_admin NOREPLICATION');
    const refused = await servers.order(tenant, servers.second.id);
    await ask(servers.first.adminUrl, 'ALTER ROLE helpdeskly_admin REPLICATION');
    expect([refused.status, refused.body.code]).toEqual([409, 'move_unavailable']);
    expect(refused.body.missing).toMatchObject([{ kind: 'privilege', name: 'REPLICATION' }]);
    const same = await servers.order(tenant, servers.first.id);
    expect(same.body.missing).toMatchObject([{ kind: 'state', name: 'server' }]);
    const unknown = await servers.order(tenant, '01900000-0000-7000-8000-000000000000');
    expect([unknown.status, unknown.body.field]).toEqual([422, 'serverId']);
    const { host } = new URL(servers.second.adminUrl);
    const place = `/database-servers/${servers.second.id}`;
    expect((await system.operator.patch(place, { poolerAddress: host })).status).toBe(200);
    const through = await servers.order(tenant, servers.second.id);
    expect(through.body.missing).toMatchObject([{ kind: 'setting', name: 'TENANT_POOLER_ADMIN_URL' }]);
    expect((await system.operator.patch(place, { poolerAddress: null })).status).toBe(200);
    await servers.admit('OFFLINE');
    expect((await servers.order(tenant, servers.second.id)).body.missing).toMatchObject([
      { kind: 'state', name: 'state' },
    ]);
    expect((await system.operator.get(`/moves?tenantId=${tenant.id}`)).body.data).toEqual([]);
  });

  it('carries a tenant under traffic: no request fails, and nothing is lost', async () => {
    const { tenant, opened } = await movedUnderTraffic(servers);
    const next = await tenant.admin.post('/tickets', { title: 'Next', description: 'x' });
    expect(next.body.number).toBe(opened.length + 2);
    const back = await servers.order(tenant, servers.first.id);
    expect(back.body.missing).toMatchObject([{ kind: 'setting', name: 'wal_level' }]);
  });

  it('carries every row as it is, sequences and files too, and keeps who is signed in', async () => {
    const tenant = await servers.tenantOnFirst();
    const { body: ticket } = await tenant.admin.post('/tickets', {
      title: 'Ünïcode \\ "quoted"',
      description: 'a\tb\nc',
    });
    await tenant.admin.post(`/tickets/${ticket.id}/comments`, { body: 'x'.repeat(20_000) });
    await tenant.user('CUSTOMER');
    await tenant.admin.patch(`/tickets/${ticket.id}`, { priority: 'HIGH', tags: ['a', 'b,c'] });
    const { body: cursor } = await tenant.admin.get('/events');
    const move = await servers.ended(tenant, await servers.begun(tenant));
    expect(move.status).toBe('DONE');
    const name = tenant.databaseName;
    expect(await rowsOf(servers.second, name)).toEqual(await rowsOf(servers.first, `${name}_moved`));
    const events = await tenant.admin.get(`/events?after=${cursor.meta.nextCursor}`);
    expect([events.status, events.body.data]).toEqual([200, []]);
  });
});

describe('a move that is cancelled', () => {
  const cancel = (id: string) => system.operator.post(`/moves/${id}/cancel`);
  const cancelled = async (id: string) => {
    await until(
      async () => (await servers.read(id)).finishedAt !== null,
      () => servers.read(id),
    );
    return servers.read(id);
  };

  it('before its copy, before its switch, or without a worker leaves the tenant where it is, and nothing of itself', async () => {
    const tenant = await servers.tenantOnFirst();
    await tenant.admin.post('/tickets', { title: 'One', description: 'x' });
    const first = await moves.withSlotHeld(tenant, async (move) => {
      const { status, body, headers } = await cancel(move);
      expect([status, headers.get('location')]).toEqual([202, `/api/v1/moves/${move}`]);
      expect(body).toMatchObject({ id: move, status: 'COPYING', cancelOrderedAt: expect.any(String) });
      expect((await cancel(move)).body.cancelOrderedAt).toBe(body.cancelOrderedAt);
      expect(await cancelled(move)).toMatchObject({ status: 'CANCELLED', switchedAt: null, verified: false });
      expect(await servers.holdings(tenant)).toEqual(atHome);
    });

    await moves.kill();
    const second = await servers.begun(tenant);
    await moves.withSwitchHeld(tenant, second, async () => {
      expect((await servers.holdings(tenant)).second.databases).toEqual(['copy']);
      expect((await cancel(second)).status).toBe(202);
    });
    expect(await cancelled(second)).toMatchObject({ status: 'CANCELLED', switchedAt: null, pauseMs: null });
    expect(await servers.holdings(tenant)).toEqual(atHome);

    await moves.kill();
    const third = await servers.begun(tenant);
    await moves.withSwitchHeld(tenant, third, moves.kill);
    expect((await cancel(third)).status).toBe(202);
    expect((await servers.read(third)).finishedAt).toBeNull();
    await moves.startWorker();
    expect(await cancelled(third)).toMatchObject({ status: 'CANCELLED' });
    expect(await servers.holdings(tenant)).toEqual(atHome);

    const published = await askIn(servers.first, tenant.databaseName, 'SELECT pubname FROM pg_publication');
    expect(published).toEqual([]);
    expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);
    const trail = await system.operator.get(`/audit-events?tenantId=${tenant.id}&limit=100`);
    const events = trail.body.data.filter(({ action }: { action: string }) => /move_cancel/.test(action));
    expect(events.map(({ action, details }: any) => [action, details.id]).reverse()).toEqual(
      [first, second, third].flatMap((id) => [
        ['tenant.move_cancel_ordered', id],
        ['tenant.move_cancelled', id],
      ]),
    );
  });

  it('before a worker has begun it ends at once, and another order is another move', async () => {
    const tenant = await servers.tenantOnFirst();
    await moves.kill();
    const waiting = await servers.begun(tenant);
    const { status, body } = await cancel(waiting);
    expect([status, body]).toEqual([202, expect.objectContaining({ id: waiting, status: 'CANCELLED' })]);
    expect(body.finishedAt).toEqual(expect.any(String));
    expect((await cancel(waiting)).body).toEqual(body);
    const next = await servers.begun(tenant);
    await moves.startWorker();
    expect((await servers.ended(tenant, next)).id).not.toBe(waiting);
    expect(await servers.holdings(tenant)).toEqual(moved);
  });

  it('too late is refused: the tenant is there', async () => {
    const tenant = await servers.tenantOnFirst();
    const id = await servers.begun(tenant);
    const { id: done } = await servers.ended(tenant, id);
    const { status, body } = await cancel(done);
    expect([status, body.code, body.from, body.to]).toEqual([409, 'invalid_transition', 'DONE', 'CANCELLED']);
    expect((await cancel('01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect(await servers.holdings(tenant)).toEqual(moved);
  });
});

describe('an evacuation', () => {
  it('moves every tenant away, and says how far it is', async () => {
    await servers.tenantOnFirst();
    const { status, body, headers } = await system.operator.post(`/database-servers/${servers.first.id}/evacuate`);
    expect([status, headers.get('location')]).toEqual([202, `/api/v1/database-servers/${servers.first.id}/evacuation`]);
    expect(body).toMatchObject({ serverId: servers.first.id, status: 'RUNNING', moved: 0 });
    const again = await system.operator.post(`/database-servers/${servers.first.id}/evacuate`);
    expect(again.body.id).toBe(body.id);
    const read = async () => (await system.operator.get(`/database-servers/${servers.first.id}/evacuation`)).body;
    await until(async () => (await read()).status !== 'RUNNING', read);
    expect(await read()).toMatchObject({ status: 'DONE', left: 0, rolledBack: 0, error: null });
    expect((await read()).moved).toBeGreaterThan(0);
    expect((await system.operator.get(`/database-servers/${servers.first.id}`)).body.state).toBe('DRAINING');
    const { body: list } = await system.operator.get(`/moves?evacuationId=${body.id}`);
    expect(list.data.every((move: { status: string }) => move.status === 'DONE')).toBe(true);
    await system.operator.patch(`/database-servers/${servers.first.id}`, { state: 'ACTIVE' });
  });
});
