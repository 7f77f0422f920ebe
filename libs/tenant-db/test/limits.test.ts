import { afterAll, describe, expect, it } from '@jest/globals';
import { Prisma, type TenantClient } from '@helpdeskly/tenant-db';
import { urlOf, type TenantDatabaseFixture } from '@helpdeskly/testing/database';
import pg from 'pg';
import { busyFor, Clients, governing, refusalOf, until } from './clients.js';

const clients = new Clients();
afterAll(() => clients.end());

/** The most backends that PostgreSQL showed for these tenants together while the work ran. */
async function mostBackends(tenants: readonly TenantDatabaseFixture[], work: Promise<unknown>): Promise<number> {
  let going = true;
  const done = work.finally(() => (going = false));
  let most = 0;
  while (going) most = Math.max(most, await clients.backends(...tenants));
  await done;
  return most;
}

const many = (client: TenantClient, count: number) =>
  Promise.all(Array.from({ length: count }, () => busyFor(client, 0.01)));

describe('the limits of connections', () => {
  it('hold for a tenant, and everybody is served', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant, governing(), { poolMax: 3 });
    expect(await mostBackends([tenant], many(client, 120))).toBe(3);
  });

  it('hold for a tenant over all its clients', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const both = [
      await clients.open(tenant, governor, { poolMax: 3 }),
      await clients.open(tenant, governor, { poolMax: 3 }),
    ];
    expect(await mostBackends([tenant], Promise.all(both.map((client) => many(client, 60))))).toBeLessThanOrEqual(3);
  });

  it('hold for the process over all tenants, and everybody is served', async () => {
    const tenants = await Promise.all(Array.from({ length: 6 }, () => clients.databases.add()));
    const governor = governing(4, 20_000);
    const all = [];
    for (const tenant of tenants) all.push(await clients.open(tenant, governor, { poolMax: 3 }));
    expect(await mostBackends(tenants, Promise.all(all.map((client) => many(client, 30))))).toBeLessThanOrEqual(4);
    expect(governor.connections()).toBeLessThanOrEqual(4);
  });

  it('let a tenant without connections in while another one keeps all of them busy', async () => {
    const governor = governing(2);
    const busy = await clients.open(await clients.databases.add(), governor, { poolMax: 2 });
    let going = true;
    const keepBusy = async () => {
      while (going) await busyFor(busy, 0.005);
    };
    const load = Array.from({ length: 10 }, keepBusy);
    const quiet = await clients.open(await clients.databases.add(), governor);
    await expect(quiet.prisma.user.count()).resolves.toBe(0);
    going = false;
    await Promise.all(load);
  });

  it('leave room for the others while requests of some tenants wait for locks', async () => {
    const governor = governing(8, 1500);
    const [stuck, others] = await Promise.all(
      [3, 5].map((count) => Promise.all(Array.from({ length: count }, () => clients.databases.add()))),
    );
    const lock = async (tenant: TenantDatabaseFixture) => {
      const holder = new pg.Client(urlOf(tenant.database));
      await holder.connect();
      await holder.query('BEGIN; LOCK TABLE "User"');
      return holder;
    };
    const holders = await Promise.all((stuck ?? []).map(lock));
    const waiting = (stuck ?? []).map(async (tenant) => {
      const client = await clients.open(tenant, governor, { poolMax: 4 });
      return Promise.all(Array.from({ length: 6 }, () => refusalOf(client.prisma.user.count())));
    });
    await until(() => governor.connections() === 6);
    const served = await Promise.all(
      (others ?? []).map(async (tenant) => {
        const client = await clients.open(tenant, governor, { poolMax: 4 });
        return Promise.all(Array.from({ length: 40 }, () => refusalOf(client.prisma.user.count())));
      }),
    );
    expect(served.flat()).toEqual(Array.from({ length: 200 }, () => undefined));
    for (const holder of holders) await holder.end();
    expect((await Promise.all(waiting)).flat().filter((refusal) => refusal === undefined).length).toBeGreaterThan(0);
  });

  it('follow a limit that is changed', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant, governing(), { poolMax: 4 });
    await many(client, 20);
    client.pool.resize(2);
    await many(client, 20);
    expect(await mostBackends([tenant], many(client, 40))).toBe(2);
    client.pool.resize(4);
    expect(await mostBackends([tenant], many(client, 80))).toBe(4);
  });

  it("respect PostgreSQL's limit for the role: who meets it waits and is served", async () => {
    const tenant = await clients.databases.add({ connectionLimit: 2 });
    const [here, elsewhere] = [
      await clients.open(tenant, governing(), { poolMax: 4 }),
      await clients.open(tenant, governing(), { poolMax: 4 }),
    ];
    const answers = await Promise.all([many(here, 20), many(elsewhere, 20)]);
    expect(answers.flat()).toHaveLength(40);
  });

  it("answer tenant_connection_limit when PostgreSQL's limit for the role stays reached", async () => {
    const tenant = await clients.databases.add({ connectionLimit: 1 });
    const elsewhere = await clients.open(tenant);
    const refusal = await refusalOf(clients.open(tenant, governing(50, 200)));
    expect(refusal).toMatchObject({ code: 'tenant_connection_limit', retryAfter: 1 });
    await elsewhere.close();
    await expect(clients.open(tenant, governing(50, 200))).resolves.toBeDefined();
  });
});

describe('a client whose connections stay in use', () => {
  const ways: Record<string, (client: TenantClient) => Promise<unknown>> = {
    'a query': ({ prisma }) => prisma.user.findMany(),
    'a query of one row': ({ prisma }) => prisma.user.findUnique({ where: { emailKey: 'x' } }),
    'a raw query': ({ prisma }) => prisma.$queryRaw(Prisma.sql`SELECT 1`),
    'a raw statement': ({ prisma }) => prisma.$executeRaw`SELECT 1`,
    'an unsafe raw query': ({ prisma }) => prisma.$queryRawUnsafe('SELECT 1'),
    'an interactive transaction': ({ prisma }) => prisma.$transaction((tx) => tx.user.count()),
    'a batch': ({ prisma }) => prisma.$transaction([prisma.user.count(), prisma.ticket.count()]),
    'a write of several statements': ({ prisma }) =>
      prisma.user.create({
        data: { email: 'a', emailKey: 'a', name: 'a', role: 'ADMIN', sessions: { create: { expiresAt: new Date() } } },
      }),
  };
  let client: TenantClient | undefined;

  it.each(Object.keys(ways))('answers tenant_connection_limit to %s', async (name) => {
    client ??= await clients.open(await clients.databases.add(), governing(50, 50), { poolMax: 2 });
    const held = await Promise.all([client.pool.connect(), client.pool.connect()]);
    try {
      expect(await refusalOf(ways[name]?.(client) ?? Promise.resolve())).toMatchObject({
        code: 'tenant_connection_limit',
        retryAfter: 1,
      });
    } finally {
      for (const connection of held) connection.release();
    }
    expect(await refusalOf(ways[name]?.(client) ?? Promise.resolve())).toBeUndefined();
  });
});
