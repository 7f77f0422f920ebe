import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, startSystem, until, type System, type TestTenant } from '@helpdeskly/testing';
import { LifecycleQueue } from '../src/lifecycle/lifecycle-queue.js';
import { lifecycleTasks } from '../src/lifecycle/lifecycle-task.js';
import { ProvisioningQueue } from '../src/provisioning/provisioning-queue.js';
import { newSlug, tenantInput, wait } from './control-client.js';

let system: System;

beforeAll(async () => {
  system = await startSystem({ control: { TENANT_QUERY_TIMEOUT_MS: '1000' } });
});

afterAll(async () => {
  await system.close();
});

const queues = () => ({
  lifecycle: system.controlApp.get(LifecycleQueue, { strict: false }),
  provisioning: system.controlApp.get(ProvisioningQueue, { strict: false }),
});

/** Ends a tenant, and waits until nothing is left to be done. */
async function purge(id: string): Promise<void> {
  expect((await system.operator.delete(`/tenants/${id}?purge=now`)).status).toBe(202);
  await until(async () => (await system.operator.get(`/tenants/${id}`)).status === 404);
}

async function generationOf(id: string): Promise<number> {
  const [row] = await system.installation.query<{ generation: number }>(
    'SELECT "generation" FROM "Tenant" WHERE "id" = $1',
    [id],
  );
  return row?.generation ?? 0;
}

/** What clients still hold of a tenant when it is gone. */
async function use(tenant: TestTenant) {
  const { admin } = tenant;
  const agent = await tenant.user('AGENT');
  const ticketKey = { headers: { 'idempotency-key': 'ticket' } };
  const opened = await agent.post('/tickets', { title: 'first', description: 'x' }, ticketKey);
  expect([opened.status, opened.body.number]).toEqual([201, 1]);
  await admin.post('/tickets', { title: 'second', description: 'y' });
  const comments = `/tickets/${opened.body.id}/comments`;
  for (const body of ['one', 'two']) await agent.post(comments, { body });
  const invited = await admin.post('/users', { email: 'new@b.test', name: 'New', role: 'AGENT' });
  const invitation = await admin.post(`/users/${invited.body.id}/invitation`);
  const adminInvitation = await inviteAdmin(tenant.slug);
  const events = await system.operator.get(`/tenants/${tenant.slug}/events?limit=1`);
  const cursorOf = async (path: string): Promise<string> => {
    const { body } = await admin.get(`${path}?limit=1`);
    expect(body.meta.nextCursor).toEqual(expect.any(String));
    return body.meta.nextCursor;
  };
  return {
    agent,
    ticketKey,
    invitations: [invitation.body.token, adminInvitation.body.token] as string[],
    adminInvitation: adminInvitation.body,
    cursors: { '/tickets': await cursorOf('/tickets'), '/users': await cursorOf('/users') },
    commentsCursor: await cursorOf(comments),
    eventsCursor: events.body.meta.nextCursor as string,
    generation: await generationOf(tenant.id),
  };
}

const inviteAdmin = (slug: string) =>
  system.operator.post(`/tenants/${slug}/admin-invitation`, undefined, {
    headers: { 'idempotency-key': `invite ${slug}` },
  });

describe('a slug that is used again', () => {
  let former: TestTenant;
  let held: Awaited<ReturnType<typeof use>>;
  let present: TestTenant;

  beforeAll(async () => {
    former = await system.createTenant();
    held = await use(former);
    await purge(former.id);
    present = await system.createTenant({ slug: former.slug });
  });

  it('is of another tenant, which begins with its admin and nothing else', async () => {
    expect(present.id).not.toBe(former.id);
    expect(present.databaseName).not.toBe(former.databaseName);
    const { body: users } = await present.admin.get('/users?include=total');
    expect(users.data.map(({ id }: { id: string }) => id)).toEqual([present.admin.id]);
    expect(present.admin.id).not.toBe(former.admin.id);
    expect((await present.admin.get('/tickets?include=total')).body.meta.total).toBe(0);
    const { body: events } = await system.operator.get(`/tenants/${present.slug}/events?limit=100`);
    for (const { tenantId } of events.data) expect(tenantId).toBe(present.id);
  });

  it('counts its tickets from 1, and answers no request of the former tenant again', async () => {
    const { status, body, headers } = await present.admin.post(
      '/tickets',
      { title: 'first', description: 'x' },
      held.ticketKey,
    );
    expect([status, body.number, headers.get('idempotency-replayed')]).toEqual([201, 1, null]);
  });

  it('knows no access token and no refresh token of the former tenant', async () => {
    for (const caller of [former.admin, held.agent]) {
      for (const path of ['/tickets', '/auth/me']) {
        const { status, body } = await caller.get(path);
        expect([status, body.code]).toEqual([401, 'token_invalid']);
      }
      const { status, body } = await present.visitor.post('/auth/refresh', { refreshToken: caller.refreshToken });
      expect([status, body.code]).toEqual([401, 'token_invalid']);
    }
  });

  it('lets nobody in by the former tenant’s invitations or accounts', async () => {
    for (const token of held.invitations) {
      const { status, body } = await present.visitor.post('/auth/invitations/accept', {
        token,
        password: 'a password of theirs',
      });
      expect([status, body.code]).toEqual([401, 'token_invalid']);
    }
    await expect(present.signIn(held.agent.email)).rejects.toThrow('invalid_credentials');
  });

  it('continues no list of the former tenant', async () => {
    for (const [path, cursor] of Object.entries(held.cursors)) {
      const { status, body } = await present.admin.get(`${path}?limit=1&cursor=${cursor}`);
      expect([path, status, body.code]).toEqual([path, 400, 'invalid_cursor']);
    }
    const { body: ticket } = await present.admin.post('/tickets', { title: 'again', description: 'x' });
    const comments = await present.admin.get(`/tickets/${ticket.id}/comments?limit=1&cursor=${held.commentsCursor}`);
    expect([comments.status, comments.body.code]).toEqual([400, 'invalid_cursor']);
    const events = await system.operator.get(`/tenants/${present.slug}/events?limit=1&cursor=${held.eventsCursor}`);
    expect([events.status, events.body.code]).toEqual([400, 'invalid_cursor']);
  });

  it('is not touched by jobs of the former tenant, or of a generation before its own', async () => {
    const { lifecycle, provisioning } = queues();
    await system.operator.post(`/tenants/${present.id}/suspend`, {});
    await system.operator.post(`/tenants/${present.id}/activate`);
    const generation = await generationOf(present.id);
    const before = await state([former, present]);
    const old = Array.from({ length: held.generation + 2 }, (_, index) => ({ tenantId: former.id, generation: index }));
    for (const job of [...old, { tenantId: present.id, generation: generation - 2 }]) {
      await provisioning.offer(job);
      for (const task of lifecycleTasks) await lifecycle.offer(task, job);
    }
    for (const queue of [lifecycle, provisioning])
      await until(async () => Object.values(await queue.depth()).every((count) => count === 0));
    expect(await state([former, present])).toEqual(before);
    expect((await present.admin.get('/tickets')).status).toBe(200);
  });

  it('gets an invitation of its own by the Idempotency-Key of the former tenant’s', async () => {
    const { status, body, headers } = await inviteAdmin(present.slug);
    expect([status, headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(body.tenantId).toBe(present.id);
    expect(body.token).not.toBe(held.adminInvitation.token);
    const password = 'another password of theirs';
    const accepted = await present.visitor.post('/auth/invitations/accept', { token: body.token, password });
    expect(accepted.status).toBe(200);
  });
});

/** Rows, events, databases and roles. */
async function state(tenants: readonly TestTenant[]): Promise<unknown> {
  const { installation } = system;
  const ids = tenants.map(({ id }) => id);
  const names = tenants.map(({ databaseName }) => `${databaseName}%`);
  const onServer = await asAdmin((admin) =>
    admin.query(
      `SELECT datname AS name, datconnlimit AS "limit", true AS login FROM pg_database WHERE datname LIKE ANY ($1)
       UNION ALL SELECT rolname, rolconnlimit, rolcanlogin FROM pg_roles WHERE rolname LIKE ANY ($1) ORDER BY name`,
      [names],
    ),
  );
  return {
    rows: await installation.query('SELECT * FROM "Tenant" WHERE "id" = ANY ($1) ORDER BY "id"', [ids]),
    events: await installation.query(
      'SELECT "id" FROM "audit"."AuditEvent" WHERE "tenantId" = ANY ($1) ORDER BY "seq"',
      [ids],
    ),
    onServer: onServer.rows,
  };
}

describe('a tenant that is gone', () => {
  it('is made anew by the request that made it, with the same Idempotency-Key', async () => {
    const order = { headers: { ...wait.headers, 'idempotency-key': randomUUID() } };
    const input = tenantInput(newSlug());
    const { body: first } = await system.operator.post('/tenants', input, order);
    const again = await system.operator.post('/tenants', input, order);
    expect([again.body.id, again.headers.get('idempotency-replayed')]).toEqual([first.id, 'true']);
    await purge(first.id);
    const { status, body, headers } = await system.operator.post('/tenants', input, order);
    expect([status, headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(body.id).not.toBe(first.id);
  });

  it('is in the control database by its audit trail and its tombstone, and nowhere else', async () => {
    const tenant = await system.createTenant();
    await leaveTracesOf(tenant);
    const before = await tablesThatName(tenant);
    expect(before).toEqual(expect.arrayContaining(['Tenant', 'Incident', 'IsolationBreach', 'ReconciliationFinding']));
    await purge(tenant.id);
    for (let round = 0; round < 20 && (await tablesThatName(tenant)).length > 2; round++) await keepQueuesBusy();
    expect(await tablesThatName(tenant)).toEqual(['AuditEvent', 'TenantTombstone']);
  });
});

/** All that an installation may write down about a tenant. */
async function leaveTracesOf({ id, slug, databaseName }: TestTenant): Promise<void> {
  const { operator, installation } = system;
  await inviteAdmin(slug);
  await operator.patch(`/tenants/${slug}`, { name: `Named ${slug}` });
  const run = await operator.post('/migration-runs', { tenants: [id] });
  expect(run.status).toBe(202);
  await until(async () => (await operator.get(`/migration-runs/${run.body.id}`)).body.status !== 'RUNNING');
  await operator.post(`/tenants/${id}/credentials/rotate`);
  await operator.post(`/tenants/${id}/suspend`, { reason: `${slug} did not pay` });
  await installation.query(
    `INSERT INTO "IsolationBreach" ("tenantId", "attempt", "target") VALUES ($1, 'connect', 'another')`,
    [id],
  );
  await installation.query(
    `INSERT INTO "ReconciliationFinding" ("kind", "place", "subject", "tenantId", "detail", "action", "resolution", "resolvedAt")
     VALUES ('missing_database', 'here', $2, $1, $3, 'REPORT', 'VANISHED', now())`,
    [id, databaseName, `the database of ${slug}`],
  );
  await installation.query(
    `INSERT INTO "Incident" ("kind", "subject", "severity", "tenantSlug", "message", "since", "resolvedAt", "order")
     VALUES ('isolation_breach', $1, 'critical', $2, $3, now(), now(), 1)`,
    [id, slug, `${slug} reached another`],
  );
}

/** BullMQ remembers what its queues did last. */
async function keepQueuesBusy(): Promise<void> {
  const { lifecycle, provisioning } = queues();
  for (let count = 0; count < 50; count++) {
    const nobodys = { tenantId: randomUUID(), generation: 1 };
    await Promise.all([provisioning.offer(nobodys), lifecycle.offer('access', nobodys)]);
  }
}

/** The tables with a row that holds the tenant's id, slug, database or admin. */
async function tablesThatName({ id, slug, databaseName }: TestTenant): Promise<string[]> {
  const { installation } = system;
  const tables = await installation.query<{ schema: string; name: string }>(
    `SELECT schemaname AS "schema", tablename AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY tablename`,
  );
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const rows = await installation.query(`SELECT FROM "${schema}"."${name}" t WHERE t::text ILIKE ANY ($1) LIMIT 1`, [
      [id, slug, databaseName].map((text) => `%${text}%`),
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
