import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing, ServiceProcess } from '@helpdeskly/testing';
import { askIn, moved, titlesOf, TwoServers, withTraffic } from './two-servers.js';

needing('pgbouncer')('a move through PgBouncer', () => {
  let servers: TwoServers;
  let worker: ServiceProcess;

  beforeAll(async () => {
    servers = await TwoServers.start({ pooled: true });
    worker = await ServiceProcess.start('control-worker', { ...servers.environment });
  });

  afterAll(async () => {
    await worker?.stop();
    await servers?.close();
  });

  it('carries a tenant from one PgBouncer to another under traffic: no request fails, and nothing is lost', async () => {
    const tenant = await servers.tenantOnFirst();
    await tenant.admin.post('/tickets', { title: 'Before', description: 'x' });
    const { opened, comments, failures } = await withTraffic(tenant, async () => {
      const move = await servers.ended(tenant, await servers.begun(tenant));
      expect(move).toMatchObject({ status: 'DONE', verified: true, error: null, lagBytes: 0 });
      expect(move.pauseMs).toBeGreaterThan(0);
    });
    expect(failures).toEqual([]);
    expect((await titlesOf(tenant)).sort()).toEqual(['Before', ...opened].sort());
    const count = `SELECT count(*)::int AS "written" FROM "Comment" WHERE "body" = 'y'`;
    expect(await askIn(servers.second, tenant.databaseName, count)).toEqual([{ written: comments }]);
    expect(await servers.holdings(tenant)).toEqual(moved);
  });
});
