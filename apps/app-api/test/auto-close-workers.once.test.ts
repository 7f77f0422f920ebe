import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Installation,
  needing,
  ServiceProcess,
  startRedis,
  startSystem,
  until,
  type RunningRedis,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { createAppWorker } from 'app-api';
import { AutoCloseTimer } from '../src/auto-close/auto-close-timer.js';
import { openTicketAs } from './helpdesk.js';
import { addResolved, closings, countOf } from './resolved-tickets.js';

const soon = { TICKET_AUTO_CLOSE: '2s', TICKET_AUTO_CLOSE_SURVEY: '1s' };
const due = { TICKET_AUTO_CLOSE: '10d', TICKET_AUTO_CLOSE_SURVEY: '1s' };

const allClosed = (tenant: TestTenant, count: number) => until(async () => (await countOf(tenant, 'CLOSED')) === count);

describe('the worker of the app API, its queue in PostgreSQL', () => killed(() => Promise.resolve(undefined)));
needing('redis-server')('the worker of the app API, its queue in Redis', () => killed(() => startRedis()));

/** Two processes that take the same jobs, one of which is killed. */
function killed(startServer: () => Promise<RunningRedis | undefined>): void {
  let redis: RunningRedis | undefined;
  let system: System;
  let environment: Record<string, string>;
  beforeAll(async () => {
    redis = await startServer();
    const where = { REDIS_URL: redis?.url ?? '' };
    system = await startSystem({
      pooled: false,
      appQueues: true,
      appWorkers: false,
      app: { ...due, ...where },
      control: where,
    });
    environment = { ...system.installation.environment, ...due, ...where };
  });
  afterAll(async () => {
    await system.close();
    await redis?.stop();
  });

  it('is killed while it closes, and the next one closes the rest, each ticket once', async () => {
    const tenant = await system.createTenant();
    await addResolved(tenant, 4000, 11);
    const first = await ServiceProcess.start('app-worker', environment);
    await until(async () => (await countOf(tenant, 'CLOSED')) > 0);
    first.signal('SIGKILL');
    await first.exit();
    const open = await countOf(tenant, 'RESOLVED');
    const second = await ServiceProcess.start('app-worker', environment);
    await allClosed(tenant, 4000);
    expect(await second.stop()).toBe(0);
    expect(open).toBeGreaterThan(0);
    expect(await closings(tenant)).toEqual({ '1': 4000 });
  });

  it('works beside another one: they close each ticket once', async () => {
    const tenants = await Promise.all(Array.from({ length: 4 }, () => system.createTenant()));
    for (const tenant of tenants) await addResolved(tenant, 300, 11);
    const workers = await Promise.all([1, 2].map(() => ServiceProcess.start('app-worker', environment)));
    for (const tenant of tenants) await allClosed(tenant, 300);
    expect(await Promise.all(workers.map((worker) => worker.stop()))).toEqual([0, 0]);
    for (const tenant of tenants) expect(await closings(tenant)).toEqual({ '1': 300 });
  });
}

needing('redis-server')('the queue in a Redis', () => {
  let redis: RunningRedis;
  let system: System;
  beforeAll(async () => {
    redis = await startRedis();
    const where = { REDIS_URL: redis.url };
    system = await startSystem({ pooled: false, app: { ...soon, ...where }, control: where });
  });
  afterAll(async () => {
    await system.close();
    await redis.stop();
  });

  it('that is flushed, tickets are closed all the same', async () => {
    const tenant = await system.createTenant();
    await openTicketAs(tenant.admin, 'RESOLVED');
    const queue = system.appApp.get(AutoCloseTimer, { strict: false });
    await until(async () => ((await queue.depth()).delayed ?? 0) > 0);
    await redis.command('FLUSHALL');
    await allClosed(tenant, 1);
  });

  it('that is away while a ticket is resolved, the agent is answered and the ticket closed once it is back', async () => {
    const tenant = await system.createTenant();
    await redis.process.end('SIGKILL');
    await openTicketAs(tenant.admin, 'RESOLVED');
    await redis.process.start();
    await allClosed(tenant, 1);
  });
});

describe('a worker of the app API that starts before the control API was ever there', () => {
  it('opens the queue when it is made', async () => {
    const installation = await Installation.create({ pooled: false, appQueues: true });
    const worker = await createAppWorker(installation.appConfig(soon));
    const queue = worker.get(AutoCloseTimer, { strict: false });
    try {
      expect(queue.isOpen).toBe(false);
      const control = await ServiceProcess.start('control-api', installation.environment);
      await queue.whenOpen();
      await control.stop();
    } finally {
      await worker.close();
      await installation.remove();
    }
  });
});
