import { afterAll, beforeAll, it } from '@jest/globals';
import { needing, ServiceProcess } from '@helpdeskly/testing';
import { movedUnderTraffic, TwoServers } from './two-servers.js';

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
    await movedUnderTraffic(servers);
  });
});
