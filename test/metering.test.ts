import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TenantCatalog } from '@helpdeskly/catalog';
import { Api, startSystem, until, type System, type TestTenant, type User } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';

let system: System;
let second: NestFastifyApplication;
let api: Api;

beforeAll(async () => {
  system = await startSystem();
  second = await createAppApi(system.installation.appConfig({ RATE_LIMIT_USER_PER_MINUTE: '1000' }));
  await second.listen(0, '127.0.0.1');
  api = await Api.at(await second.getUrl());
});

afterAll(async () => {
  await second.close();
  await system.close();
});

interface Used {
  requests: number;
  tickets: number;
  users: number;
  storageBytes: number;
}

const rows = async ({ slug }: TestTenant, query = '') =>
  (await system.operator.get(`/tenants/${slug}/usage${query}`)).body;

/** What the rows of all days say together: a test may run at midnight. */
async function told(tenant: TestTenant): Promise<Used> {
  const { data } = await rows(tenant);
  const sum = (field: string) => data.reduce((all: number, row: any) => all + row[field], 0);
  const { users, storageBytes } = data.at(-1);
  return { requests: sum('requests'), tickets: sum('tickets'), users, storageBytes };
}

/** A tenant, and what it has used by whatever is done with it here. */
class Metered {
  readonly used: Used = { requests: 0, tickets: 0, users: 1, storageBytes: 0 };
  private readonly made: User[] = [];

  constructor(readonly tenant: TestTenant) {}

  /** By either process. */
  private caller(turn: number) {
    this.used.requests++;
    return turn % 2 === 0 ? this.tenant.admin : api.as(this.tenant.admin.headers);
  }

  readonly steps: readonly ((turn: number) => Promise<void>)[] = [
    async (turn) => void (await this.caller(turn).get('/tickets')),
    async (turn) => expect((await this.caller(turn).get('/tickets/none')).status).toBe(404),
    async (turn) => expect((await this.caller(turn).post('/tickets', { title: '' })).status).toBe(400),
    async () => expect((await this.tenant.visitor.get('/tickets')).status).toBe(401),
    async () => expect((await this.tenant.visitor.post('/auth/refresh', { refreshToken: 'none' })).status).toBe(401),
    async (turn) => {
      const { status } = await this.caller(turn).post('/tickets', { title: 'Broken', description: 'It is.' });
      expect(status).toBe(201);
      this.used.tickets++;
    },
    async (turn) => {
      const form = new FormData();
      form.append('file', new Blob(['x'.repeat(100 + turn)]), 'note.txt');
      const { body } = await this.caller(turn).post('/attachments', form);
      this.used.storageBytes += body.size;
    },
    async (turn) => {
      const email = `${randomUUID()}@example.test`;
      const { status, body } = await this.caller(turn).post('/users', { email, name: 'Carl', role: 'CUSTOMER' });
      expect(status).toBe(201);
      this.made.push(body);
      this.used.users++;
    },
    async (turn) => {
      const key = { name: `key ${turn}`, role: 'AGENT', scopes: ['tickets:read'] };
      expect((await this.caller(turn).post('/api-keys', key)).status).toBe(201); // Its service user is nobody's account.
    },
    async (turn) => {
      const gone = this.made.pop();
      if (gone === undefined) return;
      expect((await this.caller(turn).delete(`/users/${gone.id}`)).status).toBe(204);
      this.used.users--;
    },
  ];
}

describe('the usage of a day', () => {
  it('equals what was done, whichever process did it', async () => {
    const metered = [new Metered(await system.createTenant()), new Metered(await system.createTenant())];
    let seed = 7;
    const chosen = (of: number) => (seed = (seed * 48_271) % 2_147_483_647) % of;
    for (let turn = 0; turn < 120; turn++) {
      const { steps } = metered[chosen(2)]!;
      await steps[chosen(steps.length)]!(turn);
    }
    for (const { tenant, used } of metered) {
      expect(used.tickets * used.users * used.storageBytes).toBeGreaterThan(0);
      await until(
        async () => (await told(tenant)).requests >= used.requests,
        () => told(tenant),
      );
      await until(
        async () => JSON.stringify(await told(tenant)) === JSON.stringify(used),
        () => told(tenant),
      );
    }
  });

  it('counts the connections of its roles as the server has them', async () => {
    const tenant = await system.createTenant();
    await until(async () => (await rows(tenant)).data.at(-1).peakConnections > 0);
  });

  it('is complete when a process has ended, requests that a limit refused included', async () => {
    const tenant = await system.createTenant();
    const third = await createAppApi(system.installation.appConfig({ RATE_LIMIT_USER_PER_MINUTE: '3' }));
    await third.listen(0, '127.0.0.1');
    const admin = (await Api.at(await third.getUrl())).as(tenant.admin.headers);
    const answers = [];
    for (let n = 0; n < 5; n++) answers.push((await admin.get('/tickets')).status);
    expect(answers).toEqual([200, 200, 200, 429, 429]);
    await third.close();
    expect(await told(tenant)).toMatchObject({ requests: 5, users: 1 });
  });

  it('counts a report once, however often it is sent, and none of a tenant that is gone', async () => {
    const tenant = await system.createTenant();
    const catalog = new TenantCatalog(system.installation.appConfig().catalogDatabaseUrl);
    const day = new Date().toISOString().slice(0, 10);
    const entry = { tenantId: tenant.id, day, requests: 40, tickets: 2 };
    const reporter = randomUUID();
    for (const sequence of [1, 1, 2, 1])
      await catalog.reportUsage(reporter, sequence, [entry, { ...entry, tenantId: randomUUID() }]);
    await catalog.close();
    expect(await told(tenant)).toMatchObject({ requests: 80, tickets: 4 });
  });

  it('keeps the later count of users and files, whichever arrives first', async () => {
    const tenant = await system.createTenant();
    const catalog = new TenantCatalog(system.installation.appConfig().catalogDatabaseUrl);
    const day = new Date().toISOString().slice(0, 10);
    const report = (users: number, usersAt: string, storageRevision: bigint) =>
      catalog.reportUsage(randomUUID(), 1, [
        {
          tenantId: tenant.id,
          day,
          requests: 0,
          tickets: 0,
          users,
          usersAt,
          storageBytes: BigInt(users),
          storageRevision,
        },
      ]);
    await report(50, '2099-01-01 00:00:00.000002+00', 9002n);
    await report(40, '2099-01-01 00:00:00.000001+00', 9001n);
    await catalog.close();
    expect(await told(tenant)).toMatchObject({ users: 50, storageBytes: 50 });
  });
});

describe('GET /tenants/:id/usage', () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await system.createTenant();
    await system.installation.query(`UPDATE "Tenant" SET "createdAt" = '2024-02-27T10:00Z' WHERE "id" = $1`, [
      tenant.id,
    ]);
    await system.installation.query(
      `INSERT INTO "TenantDay" ("tenantId", "day", "requests", "tickets", "users", "usersAt", "storageBytes", "storageRevision", "peakConnections")
       VALUES ($1, '2024-02-28', 3000000000, 5, 4, now(), 70, 1, 3), ($1, '2024-03-01', 2, 0, NULL, NULL, 80, 2, 1)`,
      [tenant.id],
    );
  });

  const day = (of: string, requests: number, tickets: number, users: number, storageBytes: number, peak: number) => ({
    day: of,
    requests,
    tickets,
    users,
    storageBytes,
    peakConnections: peak,
  });

  it('has a row for each day from the first one, and keeps what a quiet day did not change', async () => {
    const expected = {
      data: [
        day('2024-02-27', 0, 0, 0, 0, 0),
        day('2024-02-28', 3_000_000_000, 5, 4, 70, 3),
        day('2024-02-29', 0, 0, 4, 70, 0),
        day('2024-03-01', 2, 0, 4, 80, 1),
      ],
      meta: { from: '2024-02-01', to: '2024-03-01' },
    };
    expect(await rows(tenant, '?from=2024-02-01&to=2024-03-01')).toEqual(expected);
    expect(await rows(tenant, '?from=2024-02-01T00:00:00.000Z&to=2024-03-01T23:59:59Z')).toEqual(expected);
  });

  it('ends today, and begins 29 days before', async () => {
    const { data, meta } = await rows(tenant);
    expect(data).toHaveLength(30);
    expect([data[0].day, data[29].day]).toEqual([meta.from, meta.to]);
    expect((await rows(tenant, `?to=2999-01-01&from=2998-12-31`)).data).toEqual([]);
  });

  it('is CSV at .csv, and where CSV is asked for', async () => {
    const query = '?from=2024-02-28&to=2024-02-29';
    const { body, headers } = await system.operator.get(`/tenants/${tenant.id}/usage.csv${query}`);
    expect(body).toBe(
      'day,requests,tickets,users,storageBytes,peakConnections\r\n2024-02-28,3000000000,5,4,70,3\r\n2024-02-29,0,0,4,70,0\r\n',
    );
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${tenant.slug}-usage.csv"`);
    const accepted = await system.operator.get(`/tenants/${tenant.id}/usage${query}`, {
      headers: { accept: 'text/csv' },
    });
    expect([accepted.body, accepted.headers.get('vary')]).toEqual([body, 'Accept']);
  });

  it.each([
    ['from=yesterday', 'from'],
    ['from=2024-02-30', 'from'],
    ['to=2024-13-01', 'to'],
    ['to=0001-01-05', 'to'],
    ['from=0000-01-01&to=0000-01-02', 'from'],
    ['to=2024-03-01T12:00:00%2B01:00', 'to'],
    ['from=2024-03-02&to=2024-03-01', 'to'],
    ['from=2024-01-01&to=2025-01-01', 'to'],
    ['day=2024-01-01', 'day'],
  ])('refuses ?%s', async (query, field) => {
    for (const path of ['usage', 'usage.csv']) {
      const { status, body } = await system.operator.get(`/tenants/${tenant.id}/${path}?${query}`);
      expect([status, body.code, body.errors[0].field]).toEqual([400, 'validation_failed', field]);
    }
  });

  it('is open to viewers, and of no tenant that is not there', async () => {
    const { body: key } = await system.operator.post('/api-keys', { name: 'reader', role: 'VIEWER' });
    const viewer = system.control.as({ authorization: `Bearer ${key.key}` });
    expect((await viewer.get(`/tenants/${tenant.id}/usage`)).status).toBe(200);
    expect((await system.control.as().get(`/tenants/${tenant.id}/usage`)).status).toBe(401);
    expect((await viewer.get('/tenants/nobody/usage')).body.code).toBe('not_found');
  });
});
