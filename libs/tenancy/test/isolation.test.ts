import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TenantDatabaseUnavailable, tenantErrorOf, type PrismaClient } from '@helpdeskly/tenant-db';
import { Tenants, type TestTenant } from './tenants.js';

const tenants = new Tenants();
const all: TestTenant[] = [];

beforeAll(async () => {
  await tenants.start();
  for (let i = 0; i < 20; i++) {
    const tenant = await tenants.add();
    await tenants.databases.query(
      tenant.database,
      `INSERT INTO "User" ("email", "emailKey", "name", "role") VALUES ('me@here', 'me@here', $1, 'ADMIN')`,
      [tenant.slug],
    );
    all.push(tenant);
  }
});
afterAll(() => tenants.end());

describe('twenty tenants on a cache of three clients', () => {
  it('get 10,000 answers of their own when fifty ask at once', async () => {
    const { factory, governor, ...process } = await running();
    const strangers: string[] = [];
    let answers = 0;
    let mostConnections = 0;
    const caller = async (_: unknown, number: number) => {
      for (let i = 0; i < 200; i++) {
        const tenant = all[(number * 7 + i) % all.length];
        if (tenant === undefined) continue;
        const name = await process.nameIn(tenant, i);
        if (name !== tenant.slug) strangers.push(`${tenant.slug} was answered by ${name}`);
        mostConnections = Math.max(mostConnections, governor.connections());
        answers++;
      }
    };
    await Promise.all(Array.from({ length: 50 }, caller));
    expect([answers, strangers]).toEqual([10_000, []]);
    expect(mostConnections).toBeLessThanOrEqual(30);
    expect(factory.size).toBeLessThanOrEqual(3);
  });

  it('get answers of their own when each one pushes another out', async () => {
    const { nameIn, factory } = await running();
    for (let i = 0; i < 100; i++) {
      const tenant = all[i % all.length];
      if (tenant === undefined) continue;
      expect(await nameIn(tenant, i)).toBe(tenant.slug);
      expect(factory.size).toBeLessThanOrEqual(3);
    }
  });
});

async function running() {
  const process = await tenants.process({ maxClients: 3, waitMs: 60_000 });
  const { factory, governor } = process;
  const known = new Map(await Promise.all(all.map(async (tenant) => [tenant, await process.known(tenant)] as const)));
  /** Uses one of the ways in which features query. */
  const attempt = async (tenant: TestTenant, way: number) => {
    const lease = await factory.acquire(known.get(tenant) ?? (await process.known(tenant)));
    try {
      return await ask(lease.client.prisma, way);
    } finally {
      lease.release();
    }
  };
  /** As clients do, again when no connection could be opened in time: whose answer it is matters here, not how soon it comes. */
  const nameIn = async (tenant: TestTenant, way: number) => {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(tenant, way);
      } catch (error) {
        if (tries === 5 || !(tenantErrorOf(error) instanceof TenantDatabaseUnavailable)) throw error;
        await sleep(500);
      }
    }
  };
  return { factory, governor, nameIn };
}

async function ask(prisma: PrismaClient, way: number): Promise<string | undefined> {
  const where = { emailKey: 'me@here' };
  if (way % 4 === 0) return (await prisma.user.findUnique({ where }))?.name;
  if (way % 4 === 1) return (await prisma.user.findMany())[0]?.name;
  if (way % 4 === 2) return (await prisma.$queryRaw<{ name: string }[]>`SELECT "name" FROM "User"`)[0]?.name;
  return prisma.$transaction(async (tx) => (await tx.user.findUniqueOrThrow({ where })).name);
}
