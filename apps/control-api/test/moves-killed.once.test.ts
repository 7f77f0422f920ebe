import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, needing, rounds, until, urlOf, type System } from '@helpdeskly/testing';
import { HeldMoves, isSo } from './held-moves.js';
import { askIn, moved, titlesOf, TwoServers, withTraffic } from './two-servers.js';

/** So much that a copy takes a while. */
const manyRows = 8000;

let servers: TwoServers;
let moves: HeldMoves;
let system: System;

const begin = (pooled: boolean) => {
  beforeAll(async () => {
    servers = await TwoServers.start({ pooled });
    ({ system } = servers);
    moves = new HeldMoves(servers, servers.environment);
  });

  afterAll(async () => {
    await moves?.close();
    await servers?.close();
  });
};

/** A tenant with one ticket on the first server, and nobody who would move it. */
async function tenantToMove() {
  await moves.kill();
  await moves.startWorker();
  const tenant = await servers.tenantOnFirst();
  expect((await tenant.admin.post('/tickets', { title: 'One', description: 'x' })).status).toBe(201);
  await moves.kill();
  return tenant;
}

describe('a worker that is killed', () => {
  begin(false);
  describe.each(rounds)('(round %i)', () => {
    it('before it copies, in the middle of the copy, or after it leaves the tenant where it is', async () => {
      const tenant = await tenantToMove();
      await connected(urlOf(tenant.databaseName), (client) =>
        client.query(
          `INSERT INTO "AuditEvent" ("type", "details")
           SELECT 'TEST', jsonb_build_object('text', repeat(md5(n::text), 300)) FROM generate_series(1, $1::int) n`,
          [manyRows],
        ),
      );
      await moves.startWorker();
      const id = await moves.withSlotHeld(tenant, moves.kill);
      expect((await servers.read(id)).status).toBe('COPYING');
      expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);

      const filling = `SELECT FROM pg_stat_activity WHERE datname LIKE 'hd_scratch_%' AND query LIKE 'COPY "AuditEvent"%' AND state = 'active'`;
      await moves.startWorker();
      await until(
        () => isSo(servers.second.adminUrl, filling.replace('COPY "', 'COPY %"')),
        () => servers.read(id),
      );
      await moves.kill();
      expect((await servers.read(id)).status).toBe('COPYING');
      const half = {
        first: { databases: ['own'], logins: 1, slots: 1 },
        second: { databases: ['copy'], logins: 0, slots: 0 },
      };
      expect(await servers.holdings(tenant)).toEqual(half);
      expect((await tenant.admin.post('/tickets', { title: 'Three', description: 'x' })).status).toBe(201);

      // When the copy is complete, and before the switch.
      await moves.withSwitchHeld(tenant, id, moves.kill);
      expect(await servers.holdings(tenant)).toEqual(half);
      expect((await tenant.admin.post('/tickets', { title: 'Four', description: 'x' })).status).toBe(201);

      await moves.startWorker();
      expect(await servers.ended(tenant, id)).toMatchObject({ status: 'DONE', verified: true });
      expect(await servers.holdings(tenant)).toEqual(moved);
      expect(await titlesOf(tenant)).toEqual(['One', 'Two', 'Three', 'Four']);
      const count = `SELECT count(*)::int AS "rows" FROM "AuditEvent" WHERE "type" = 'TEST'`;
      expect(await askIn(servers.second, tenant.databaseName, count)).toEqual([{ rows: manyRows }]);
    });

    it('between PostgreSQL and the catalog, or right behind the catalog, leaves one database that can be written', async () => {
      const tenant = await tenantToMove();
      const id = await servers.begun(tenant);
      await moves.withCatalogHeld(tenant, id, moves.kill);
      expect(await servers.holdings(tenant)).toMatchObject({
        first: { databases: ['own'], logins: 0 },
        second: { logins: 0 },
      });
      expect(await servers.serverOf(tenant)).toBe(servers.first.id);

      await connected(urlOf(system.installation.database), async (control) => {
        let locked: Promise<unknown> | undefined;
        await moves.withCatalogHeld(tenant, id, async () => {
          await control.query('BEGIN');
          // It comes before the one that opens the new database.
          locked = control.query('LOCK TABLE "Tenant" IN EXCLUSIVE MODE');
          await until(() => moves.isWaiting('LOCK TABLE "Tenant"%'));
        });
        await locked;
        expect(await servers.serverOf(tenant)).toBe(servers.second.id);
        await moves.kill();
        const { first: old, second: other } = await servers.holdings(tenant);
        expect([old.logins, other.logins, other.databases]).toEqual([0, 0, ['own']]);
      });
      await moves.startWorker();
      expect(await servers.ended(tenant, id)).toMatchObject({ status: 'DONE', verified: true });
      expect(await servers.holdings(tenant)).toEqual(moved);
      expect(await titlesOf(tenant)).toEqual(['One']);
      expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);
    });

    pauses();
  });
});

needing('pgbouncer')('a worker that is killed, with PgBouncers before the servers,', () => {
  begin(true);
  describe.each(rounds)('(round %i)', pauses);
});

/** What holds with and without PgBouncers. */
function pauses() {
  it('in the pause leaves a database that nobody can write, and its move to another one', async () => {
    const tenant = await tenantToMove();
    const id = await servers.begun(tenant);
    await moves.withPauseHeld(tenant, id, async () => {
      await moves.kill();
      expect(await servers.holdings(tenant)).toEqual({
        first: { databases: ['own'], logins: 0, slots: 1 },
        second: { databases: ['copy'], logins: 0, slots: 0 },
      });
    });
    expect(await servers.serverOf(tenant)).toBe(servers.first.id);
    await moves.startWorker();
    expect(await servers.ended(tenant, id)).toMatchObject({ status: 'DONE', verified: true });
    expect(await servers.holdings(tenant)).toEqual(moved);
    expect(await titlesOf(tenant)).toEqual(['One']);
    expect((await tenant.admin.post('/tickets', { title: 'Two', description: 'x' })).status).toBe(201);
  });

  it('need not be killed: a pause that lasts too long is rolled back, and no request fails', async () => {
    const tenant = await tenantToMove();
    const { opened, failures } = await withTraffic(tenant, async () => {
      const id = await servers.begun(tenant);
      await moves.withPauseHeld(tenant, id, () =>
        until(
          async () => /could not be switched within 2000 ms/.test(String((await servers.read(id)).error)),
          () => servers.read(id),
        ),
      );
      await servers.ended(tenant, id);
    });
    expect(failures).toEqual([]);
    expect((await titlesOf(tenant)).sort()).toEqual(['One', ...opened].sort());
    expect(await servers.holdings(tenant)).toEqual(moved);
  });
}
