import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@helpdeskly/service';
import { asAdmin, parseExposition, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { createAppWorker } from 'app-api';
import { AutoCloseTimer } from '../src/auto-close/auto-close-timer.js';
import { AutoCloseVisits } from '../src/auto-close/auto-close-visits.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { addResolved, backdate, backdateComment, closings, countOf, inDatabaseOf } from './resolved-tickets.js';

/** The sum of a metric of one process. */
async function metric(
  app: INestApplicationContext,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const { samples } = parseExposition(await app.get(Metrics, { strict: false }).registry.metrics());
  const fitting = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return fitting.reduce((sum, { value }) => sum + value, 0);
}

const surveyed = { task: 'auto_close_survey', outcome: 'done' };

async function allow(tenant: TestTenant, connections: boolean): Promise<void> {
  await asAdmin((admin) => admin.query(`ALTER DATABASE "${tenant.databaseName}" ALLOW_CONNECTIONS ${connections}`));
}

/** Lets nobody into a tenant's database, and throws out who is in it. */
async function shut(tenant: TestTenant): Promise<void> {
  await allow(tenant, false);
  const sql = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1';
  await asAdmin((admin) => admin.query(sql, [tenant.databaseName]));
}

describe('with TICKET_AUTO_CLOSE=10d', () => {
  let system: System;
  let desk: Helpdesk;
  const app = { TICKET_AUTO_CLOSE: '10d', TICKET_AUTO_CLOSE_SURVEY: '1s' };
  beforeAll(async () => {
    system = await startSystem({ appQueues: true, app });
    desk = await openHelpdesk(system);
  });
  afterAll(() => system.close());

  const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
  const closed = (id: string) => until(async () => (await read(id)).status === 'CLOSED');

  it('a ticket that was resolved longer ago is closed, as by nobody, with an event that its customer sees', async () => {
    const ticket = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    await backdate(desk.tenant, ticket.id, 11);
    const before = await read(ticket.id);
    await closed(ticket.id);
    const after = await read(ticket.id);
    expect(after).toMatchObject({
      version: ticket.version + 1,
      resolvedAt: before.resolvedAt,
      closedAt: after.updatedAt,
    });
    expect(after.updatedAt >= before.updatedAt).toBe(true);
    const event = (await eventsOf(desk.customer, ticket.id)).at(-1);
    expect(event).toMatchObject({ type: 'UPDATED', actorId: null, actor: null, createdAt: after.closedAt });
    expect(event.changes).toEqual({ status: { from: 'RESOLVED', to: 'CLOSED' } });
  });

  it('one that is younger, reopened or deleted is left as it is', async () => {
    const young = await openTicketAs(desk.agent, 'RESOLVED');
    await backdate(desk.tenant, young.id, 9);
    const reopened = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    const deleted = await openTicketAs(desk.agent, 'RESOLVED');
    await reply(desk.customer, reopened.id, { body: 'It is back.' });
    await backdate(desk.tenant, reopened.id, 11); // Not before: it would be closed at once.
    expect((await desk.admin.delete(`/tickets/${deleted.id}`)).status).toBe(204);
    await backdate(desk.tenant, deleted.id, 11);
    const due = await openTicketAs(desk.agent, 'RESOLVED');
    await backdate(desk.tenant, due.id, 11);
    await closed(due.id);
    expect((await read(young.id)).status).toBe('RESOLVED');
    const [last] = (await eventsOf(desk.agent, reopened.id)).slice(-1);
    expect([(await read(reopened.id)).status, last.actorId]).toEqual(['OPEN', desk.customer.id]);
    expect((await desk.admin.post(`/tickets/${deleted.id}/restore`)).body.status).toBe('RESOLVED');
    await closed(deleted.id);
  });

  it('one in which somebody has said something in public since is closed so long after that; notes do not count', async () => {
    const resolved = () => openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    const [answered, noted, asked] = [await resolved(), await resolved(), await resolved()];
    const old = await reply(desk.agent, asked.id, { body: 'Long ago.' });
    await backdateComment(desk.tenant, old.id, 12);
    await reply(desk.agent, answered.id, { body: 'One more thing.' });
    await reply(desk.agent, noted.id, { body: 'He is happy.', visibility: 'INTERNAL' });
    for (const { id } of [answered, noted, asked]) await backdate(desk.tenant, id, 11);
    await closed(noted.id);
    await closed(asked.id);
    expect((await read(answered.id)).status).toBe('RESOLVED');
    const { data } = (await desk.agent.get(`/tickets/${answered.id}/comments`)).body;
    await backdateComment(desk.tenant, data[0].id, 11);
    await closed(answered.id);
  });

  it('a ticket that is closed by itself is final, as any closed one', async () => {
    const ticket = await openTicketAs(desk.agent, 'RESOLVED');
    await backdate(desk.tenant, ticket.id, 11);
    await closed(ticket.id);
    const answer = await desk.agent.patch(`/tickets/${ticket.id}`, { status: 'OPEN' });
    expect([answer.status, answer.body.code]).toEqual([409, 'ticket_closed']);
  });

  it('as many as are due are closed, each once, also by two workers that visit the tenant at once', async () => {
    const tenant = await system.createTenant();
    await addResolved(tenant, 730, 11);
    await addResolved(tenant, 5, 9);
    const worker = await createAppWorker(system.installation.appConfig(app));
    try {
      const visits = [worker, worker, system.appApp].map((app) => app.get(AutoCloseVisits, { strict: false }));
      const job = { tenantId: tenant.id, generation: 1 };
      await Promise.all(visits.map((each) => each.visit(job)));
    } finally {
      await worker.close();
    }
    await until(async () => (await countOf(tenant, 'CLOSED')) === 730);
    expect(await closings(tenant)).toEqual({ '1': 730 });
    expect(await countOf(tenant, 'RESOLVED')).toBe(5);
  });

  it('a job may be as far away as the 28 days that are the default, and is added once', async () => {
    const queue = system.appApp.get(AutoCloseTimer, { strict: false });
    const job = { tenantId: (await system.createTenant()).id, generation: 1 };
    const inDays = (days: number) => queue.ensure(job, days * 86_400_000);
    const first = (await inDays(28)) ?? 0;
    const again = (await inDays(40)) ?? 0;
    expect(Math.abs(again - first)).toBeLessThan(86_400_000);
  });

  it('a job that waits for a later time is put forward', async () => {
    const queue = system.appApp.get(AutoCloseTimer, { strict: false });
    const job = { tenantId: (await system.createTenant()).id, generation: 1 };
    const inDays = async (days: number) => ((await queue.ensure(job, days * 86_400_000)) ?? 0) - Date.now();
    const far = await inDays(28);
    for (const days of [3, 2, 20]) expect(await inDays(days)).toBeLessThanOrEqual(3 * 86_400_000);
    expect(far).toBeGreaterThan(27 * 86_400_000);
  });

  it('of a tenant that is purged no job is left', async () => {
    const tenant = await system.createTenant();
    const queue = system.appApp.get(AutoCloseTimer, { strict: false });
    await openTicketAs(tenant.admin, 'RESOLVED');
    await until(() => queue.has(tenant.id));
    expect((await system.operator.delete(`/tenants/${tenant.id}?purge=now`)).status).toBe(202);
    await until(async () => !(await queue.has(tenant.id)));
  });

  it('a suspended tenant is left alone until it is active', async () => {
    const tenant = await system.createTenant();
    const ticket = await openTicketAs(tenant.admin, 'RESOLVED');
    const act = async (action: string) =>
      expect((await system.operator.post(`/tenants/${tenant.id}/${action}`, {})).status).toBe(200);
    await act('suspend');
    const superseded = () =>
      metric(system.appApp, 'helpdeskly_queue_job_duration_seconds_count', {
        job_name: 'close',
        outcome: 'superseded',
      });
    const before = await superseded();
    await backdate(tenant, ticket.id, 11);
    await system.appApp.get(AutoCloseTimer, { strict: false }).ensure({ tenantId: tenant.id, generation: 1 }, 0);
    await until(async () => (await superseded()) > before);
    expect(await countOf(tenant, 'RESOLVED')).toBe(1);
    await act('activate');
    await until(async () => (await countOf(tenant, 'CLOSED')) === 1);
    expect(await closings(tenant)).toEqual({ '1': 1 });
  });

  it('a tenant whose database is away is closed in when it is back, and the others meanwhile', async () => {
    const tenant = await system.createTenant();
    await addResolved(tenant, 3, 11);
    await shut(tenant);
    const due = await openTicketAs(desk.agent, 'RESOLVED');
    await backdate(desk.tenant, due.id, 11);
    await closed(due.id);
    await allow(tenant, true);
    await until(async () => (await countOf(tenant, 'CLOSED')) === 3);
  });
});

describe('of many tenants', () => {
  let system: System;
  let worker: INestApplicationContext;
  const app = { TICKET_AUTO_CLOSE: '2s', TICKET_AUTO_CLOSE_SURVEY: '1d' };
  beforeAll(async () => {
    system = await startSystem({ appQueues: true, app, appWorkers: false });
    worker = await createAppWorker(system.installation.appConfig(app));
    await until(async () => (await metric(worker, 'helpdeskly_background_runs_total', surveyed)) === 1);
  });
  afterAll(async () => {
    await worker.close();
    await system.close();
  });

  it("the one with something due is visited, and no other one's database is opened", async () => {
    const tenants = await Promise.all(Array.from({ length: 5 }, () => system.createTenant()));
    for (const { admin } of tenants) await openTicketAs(admin, 'PENDING');
    const [due] = tenants as [TestTenant];
    const resolved = await openTicketAs(due.admin, 'RESOLVED');
    await until(async () => (await countOf(due, 'CLOSED')) === 1);
    const { body } = await due.admin.get(`/tickets/${resolved.id}`);
    expect(Date.parse(body.closedAt) - Date.parse(body.resolvedAt)).toBeGreaterThanOrEqual(2000);
    expect(await metric(worker, 'helpdeskly_auto_closed_tickets_total')).toBe(1);
    expect(await metric(worker, 'helpdeskly_tenant_clients_opened_total')).toBe(1);
    expect(await metric(worker, 'helpdeskly_auto_close_visits_total', { reason: 'survey' })).toBe(0);
  });

  it('one whose database is away when it is due is tried again until it is back', async () => {
    const tenant = await system.createTenant();
    await openTicketAs(tenant.admin, 'RESOLVED');
    await shut(tenant);
    const retried = { job_name: 'close', outcome: 'retried' };
    await until(async () => (await metric(worker, 'helpdeskly_queue_job_duration_seconds_count', retried)) > 0);
    await allow(tenant, true);
    await until(async () => (await countOf(tenant, 'CLOSED')) === 1);
  });

  it('a ticket that somebody is reopening is not waited for, and stays open', async () => {
    const tenant = await system.createTenant();
    await addResolved(tenant, 2, 11);
    const visits = worker.get(AutoCloseVisits, { strict: false });
    await inDatabaseOf(tenant, async (writer) => {
      await writer.query('BEGIN');
      await writer.query(`UPDATE "Ticket" SET "status" = 'OPEN', "resolvedAt" = NULL WHERE "number" = 1`);
      await visits.visit({ tenantId: tenant.id, generation: 1 });
      await writer.query('COMMIT');
    });
    expect([await countOf(tenant, 'OPEN'), await countOf(tenant, 'CLOSED')]).toEqual([1, 1]);
    expect(await closings(tenant)).toEqual({ '1': 1 });
  });

  it('each has one job at most, however many tickets it resolves', async () => {
    const tenant = await system.createTenant();
    const first = await openTicketAs(tenant.admin, 'RESOLVED');
    for (let i = 0; i < 5; i++) await openTicket(tenant.admin, { status: 'RESOLVED' });
    const jobs = await system.appApp.get(AutoCloseTimer, { strict: false }).depth();
    expect((jobs.delayed ?? 0) + (jobs.active ?? 0) + (jobs.waiting ?? 0)).toBeLessThanOrEqual(2); // And the survey's.
    await until(async () => (await countOf(tenant, 'CLOSED')) === 6);
    expect((await tenant.admin.get(`/tickets/${first.id}`)).body.status).toBe('CLOSED');
  });
});
