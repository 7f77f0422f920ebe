import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, ServiceProcess, until, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { ask, askIn, moved, movedUnderTraffic, titlesOf, TwoServers } from './two-servers.js';

let servers: TwoServers;
let system: System;
// A process of its own, which can be killed.
let worker: ServiceProcess;

/** Moves of tenants that app-api reaches directly need no PgBouncer: this one is away all the time. */
const TENANT_POOLER_ADMIN_URL = 'postgres://pgbouncer:away@127.0.0.1:1/pgbouncer';

const startWorker = async () => {
  worker = await ServiceProcess.start('control-worker', {
    ...system.installation.environment,
    TENANT_POOLER_ADMIN_URL,
  });
};

const kill = async () => {
  worker.signal('SIGKILL');
  await worker.exit();
};

beforeAll(async () => {
  servers = await TwoServers.start();
  ({ system } = servers);
  await startWorker();
});

afterAll(async () => {
  await worker?.stop();
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

/** Whether a session of the control database waits for a lock with a statement like this. */
const isWaiting = async (like: string) =>
  (
    await ask(
      urlOf(system.installation.database),
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
      like,
    )
  ).length > 0;

/** Lets a move come to its switch, and no further, until `work` is done there. */
const withSwitchHeld = <T>(tenant: TestTenant, move: string, work: () => Promise<T>) =>
  connected(urlOf(system.installation.database), async (control) => {
    await control.query(`SELECT pg_advisory_lock(hashtext('helpdeskly tenant'), hashtext($1))`, [tenant.id]);
    await startWorker();
    await until(
      () => isWaiting('SELECT pg_advisory_lock(%'), // Its status may still be what another worker has left.
      () => servers.read(move),
    );
    return work();
  });

/** Stops a move where PostgreSQL has switched and the catalog does not know: its last statement there is an audit event's. */
const withCatalogHeld = (tenant: TestTenant, move: string, work: () => Promise<void>) =>
  connected(urlOf(system.installation.database), async (control) => {
    await withSwitchHeld(tenant, move, () =>
      control.query('BEGIN; LOCK TABLE audit."AuditEvent" IN ACCESS EXCLUSIVE MODE'),
    );
    await until(
      async () =>
        (await isWaiting('INSERT INTO "audit"%')) && (await servers.holdings(tenant)).second.databases.includes('own'),
      () => servers.read(move),
    );
    await work();
  });

describe('a worker that is killed', () => {
  it('before or after it copies leaves the tenant where it is', async () => {
    const tenant = await servers.tenantOnFirst();
    await tenant.admin.post('/tickets', { title: 'One', description: 'x' });
    // The slot waits for this transaction.
    const id = await connected(urlOf(tenant.databaseName), async (writer) => {
      await writer.query(`BEGIN; INSERT INTO "AuditEvent" ("type", "details") VALUES ('HELD', '{}')`);
      const move = await servers.begun(tenant);
      await until(
        async () =>
          (
            await ask(
              servers.first.adminUrl,
              `SELECT FROM pg_stat_activity WHERE query LIKE '%create_logical%slot%' AND pid <> pg_backend_pid()`,
            )
          ).length > 0,
        () => servers.read(move),
      );
      await kill();
      await writer.query('COMMIT');
      return move;
    });
    expect((await servers.read(id)).status).toBe('COPYING');
    expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);

    // When the copy is complete, and before the switch.
    await withSwitchHeld(tenant, id, kill);
    expect(await servers.holdings(tenant)).toEqual({
      first: { databases: ['own'], logins: 1, slots: 1 },
      second: { databases: ['copy'], logins: 0, slots: 0 },
    });
    expect((await tenant.admin.post('/tickets', { title: 'Three', description: 'x' })).status).toBe(201);

    await startWorker();
    expect(await servers.ended(tenant, id)).toMatchObject({ status: 'DONE', verified: true });
    expect(await servers.holdings(tenant)).toEqual(moved);
    expect(await titlesOf(tenant)).toEqual(['One', 'Two', 'Three']);
  });

  it('between PostgreSQL and the catalog, or right behind the catalog, leaves one database that can be written', async () => {
    const tenant = await servers.tenantOnFirst();
    await tenant.admin.post('/tickets', { title: 'One', description: 'x' });
    await kill();
    const id = await servers.begun(tenant);
    await withCatalogHeld(tenant, id, kill);
    expect(await servers.holdings(tenant)).toMatchObject({
      first: { databases: ['own'], logins: 0 },
      second: { logins: 0 },
    });
    expect(await servers.serverOf(tenant)).toBe(servers.first.id);

    await connected(urlOf(system.installation.database), async (control) => {
      let locked: Promise<unknown> | undefined;
      await withCatalogHeld(tenant, id, async () => {
        await control.query('BEGIN');
        // It comes before the one that opens the new database.
        locked = control.query('LOCK TABLE "Tenant" IN EXCLUSIVE MODE');
        await until(() => isWaiting('LOCK TABLE "Tenant"%'));
      });
      await locked;
      expect(await servers.serverOf(tenant)).toBe(servers.second.id);
      await kill();
      const { first: old, second: other } = await servers.holdings(tenant);
      expect([old.logins, other.logins, other.databases]).toEqual([0, 0, ['own']]);
    });
    await startWorker();
    expect(await servers.ended(tenant, id)).toMatchObject({ status: 'DONE', verified: true });
    expect(await servers.holdings(tenant)).toEqual(moved);
    expect(await titlesOf(tenant)).toEqual(['One']);
    expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);
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
