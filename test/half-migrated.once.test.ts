import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, type System, type TestTenant, urlOf } from '@helpdeskly/testing';

let system: System;
let acme: TestTenant;

beforeAll(async () => {
  system = await startSystem();
  acme = await system.createTenant();
});
afterAll(() => system.close());

const alter = (sql: string) => connected(urlOf(acme.databaseName), (client) => client.query(sql));

describe('columns that a migration has made wider while a process serves', () => {
  it('are answered as numbers by whoever writes, and what was stored is answered as stored', async () => {
    const before = await acme.admin.post('/tickets', { title: 'before', description: 'x' });
    expect(before.status).toBe(201);
    await alter('ALTER TABLE "Ticket" ALTER COLUMN "number" TYPE bigint');
    const made = await acme.admin.post('/tickets', { title: 'after', description: 'x' });
    expect([made.status, typeof made.body.number, typeof made.body.version]).toEqual([201, 'number', 'number']);
    expect(made.body.number).toBe(before.body.number + 1);
    const replied = await acme.admin.post(`/tickets/${made.body.id}/comments`, { body: 'hello' });
    expect(replied.status).toBe(201);
    const shown = await acme.admin.get(`/tickets/${made.body.id}`);
    const patched = await acme.admin.patch(
      `/tickets/${made.body.id}`,
      { title: 'again' },
      { headers: { 'if-match': shown.headers.get('etag') ?? '' } },
    );
    expect([patched.status, patched.body.version]).toEqual([200, shown.body.version + 1]);
  });
});

describe('a unique index that a build does not know', () => {
  it('answers writes that it refuses 503 tenant_upgrading, stores nothing of them, and lets them be once it is gone', async () => {
    await alter('CREATE UNIQUE INDEX of_a_migration ON "Ticket" ("title")');
    const input = { title: 'the same', description: 'x' };
    expect((await acme.admin.post('/tickets', input)).status).toBe(201);
    const refused = await acme.admin.post('/tickets', input);
    expect([refused.status, refused.body.code, refused.headers.has('retry-after')]).toEqual([
      503,
      'tenant_upgrading',
      true,
    ]);
    const rows = await connected(urlOf(acme.databaseName), (client) =>
      client.query('SELECT FROM "Ticket" WHERE "title" = $1', [input.title]),
    );
    expect(rows.rowCount).toBe(1);
    await alter('DROP INDEX of_a_migration');
    expect((await acme.admin.post('/tickets', input)).status).toBe(201);
  });
});
