import { randomUUID } from 'node:crypto';
import { Metrics, startMetricsServer } from '@helpdeskly/service';
import type { INestApplicationContext } from '@nestjs/common';
import { createAppWorker } from 'app-api';
import { createControlWorker } from 'control-api';
import { type Exposition, parseExposition } from './exposition.js';
import { canStart } from '../../../scripts/processes.mjs';
import { startSystem, type System, type TestTenant } from './system.js';

/** The jobs that Prometheus scrapes. */
export const jobs = ['control-api', 'app-api', 'worker', 'app-worker'] as const;
export type Job = (typeof jobs)[number];

/** Both APIs and a worker of each of them, each with its metrics' server. */
export interface ObservedSystem extends System {
  scrape(job: Job): Promise<Exposition>;
}

/** Whether it stands behind a PgBouncer: where one is installed, and Redis too. */
export const isObservedPooled = ['pgbouncer', 'redis-server'].every(canStart);

export async function startObservedSystem(): Promise<ObservedSystem> {
  const control = { RATE_LIMIT_USER_PER_MINUTE: '100000' };
  const system = await startSystem({ pooled: isObservedPooled, appQueues: true, control });
  const worker = await createControlWorker(system.installation.controlConfig());
  const appWorker = await createAppWorker(system.installation.appConfig());
  const apps: Record<Job, INestApplicationContext> = {
    'control-api': system.controlApp,
    'app-api': system.appApp,
    worker,
    'app-worker': appWorker,
  };
  const servers = new Map<Job, Awaited<ReturnType<typeof startMetricsServer>>>();
  for (const job of jobs) {
    servers.set(job, await startMetricsServer(apps[job].get(Metrics, { strict: false }), '127.0.0.1', 0));
  }
  return {
    ...system,
    scrape: async (job) => {
      const answer = await fetch(`http://127.0.0.1:${servers.get(job)?.port}/metrics`);
      if (answer.status !== 200) throw new Error(`the metrics of ${job} were answered ${answer.status}`);
      return parseExposition(await answer.text());
    },
    close: async () => {
      for (const server of servers.values()) await server.close();
      await appWorker.close();
      await worker.close();
      await system.close();
    },
  };
}

/** What people and operators do with a tenant, failures included. */
export async function makeTraffic({ operator, app, control }: System, tenant: TestTenant): Promise<void> {
  const agent = await tenant.user('AGENT');
  const customer = await tenant.user('CUSTOMER');
  const keyed = { headers: { 'idempotency-key': randomUUID() } };
  const ticket = { title: `Help ${tenant.slug}`, description: 'It does not work.' };
  const { body: opened } = await customer.post('/tickets', ticket, keyed);
  await customer.post('/tickets', ticket, keyed);
  await customer.post('/tickets', { ...ticket, title: 'Another' }, keyed);
  await agent.post(`/tickets/${opened.number}/comments`, { body: 'Try again.', status: 'RESOLVED' });
  await agent.get('/tickets?q=help');
  await agent.get(`/tickets/${tenant.id}`);
  await agent.get(`/no/such/route/${tenant.slug}`);
  await tenant.visitor.get('/tickets');
  await tenant.visitor.post('/auth/login', { email: agent.email, password: 'not the password' });
  await app.as({ 'x-tenant-slug': `${tenant.slug}-none` }).get('/tickets');
  await operator.get(`/tenants/${tenant.slug}`);
  await operator.post(`/tenants/${tenant.id}/retry`);
  await control.as().get(`/tenants/${tenant.id}`);
}
