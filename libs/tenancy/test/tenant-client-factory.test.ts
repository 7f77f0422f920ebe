import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tenantErrorOf } from '@helpdeskly/tenant-db';
import { enterStatus } from '@helpdeskly/testing/database';
import { Registry } from 'prom-client';
import { fulfilled, Tenants, until } from './tenants.js';

const tenants = new Tenants();
beforeAll(() => tenants.start());
afterAll(() => tenants.end());

const unavailable = { code: 'tenant_database_unavailable', retryAfter: 2 };

describe('opening clients', () => {
  it('happens once, however many ask', async () => {
    const acme = await tenants.add();
    const { acquire, factory } = await tenants
      .process()
      .then((process) => ({ factory: process.factory, acquire: () => process.acquire(acme) }));
    const leases = await Promise.all(Array.from({ length: 50 }, acquire));
    expect(new Set(leases.map(({ client }) => client)).size).toBe(1);
    expect([factory.size, await tenants.backends(acme)]).toEqual([1, 1]);
    for (const lease of leases) lease.release();
  });

  it('lends an open client without a promise', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    (await process.acquire(acme)).release();
    const lease = process.factory.acquire(await process.known(acme));
    expect(lease).not.toBeInstanceOf(Promise);
    (await lease).release();
  });

  it('fails alike for all who waited, is tried again later, and leaves other tenants alone', async () => {
    const [acme, globex] = [await tenants.add(), await tenants.add()];
    const process = await tenants.process();
    await tenants.takeAway(acme);
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => process.acquire(acme)));
    expect(attempts.map((attempt) => attempt.status === 'rejected' && attempt.reason)).toEqual(
      Array(20).fill(expect.objectContaining(unavailable)),
    );
    expect(await process.with(globex, (prisma) => prisma.user.count())).toBe(0);
    await tenants.bringBack(acme);
    await until(() => fulfilled(process.with(acme, (prisma) => prisma.user.count())));
  });

  it("refuses another tenant's database, and says so loudly", async () => {
    const [acme, globex] = [await tenants.add(), await tenants.add()];
    const process = await tenants.process();
    await tenants.databases.query(globex.database, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${acme.role}`);
    const crossed = { ...(await process.known(acme)), databaseName: globex.database };
    await expect(Promise.resolve(process.factory.acquire(crossed))).rejects.toMatchObject(unavailable);
    expect(tenants.faults).toContain("a tenant's address leads to another database");
    expect(process.factory.size).toBe(0);
  });
});

describe('a client', () => {
  it('is not pushed out of the cache while it is leased; afterwards it is, and serves nobody any more', async () => {
    const [acme, ...others] = [await tenants.add(), await tenants.add(), await tenants.add()];
    const process = await tenants.process({ maxClients: 1 });
    const lease = await process.acquire(acme);
    for (const other of others) expect(await process.with(other, (prisma) => prisma.user.count())).toBe(0);
    expect(await lease.client.prisma.user.count()).toBe(0);
    lease.release();
    for (const other of others) await process.with(other, (prisma) => prisma.user.count());
    await until(async () => (await tenants.backends(acme)) === 0);
    expect(tenantErrorOf(await lease.client.prisma.user.count().catch((error: unknown) => error))).toMatchObject(
      unavailable,
    );
  });

  it('is ended after it has idled', async () => {
    const acme = await tenants.add();
    const process = await tenants.process({ idleMs: 40 });
    const lease = await process.acquire(acme);
    await until(() => process.governor.connections() === 0);
    expect(process.factory.size).toBe(1);
    lease.release();
    await until(() => process.factory.size === 0);
  });

  it('is dropped when its database goes away, and another one serves when it is back', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const count = () => process.with(acme, (prisma) => prisma.user.count());
    await count();
    await tenants.takeAway(acme);
    expect(tenantErrorOf(await count().catch((error: unknown) => error))).toMatchObject(unavailable);
    await until(() => process.factory.size === 0);
    await tenants.bringBack(acme);
    await until(() => fulfilled(count()));
  });

  it('is kept when one of its backends is killed', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const prisma = await process.with(acme, (opened) => Promise.resolve(opened));
    await tenants.databases.query(
      'postgres',
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1',
      [acme.role],
    );
    process.factory.reportBroken(await process.known(acme));
    await until(() => process.governor.connections() === 0);
    expect(await process.with(acme, async (again) => [again === prisma, await again.user.count()])).toEqual([true, 0]);
  });

  it("is checked while it idles, and dropped when its database is no longer its tenant's", async () => {
    const acme = await tenants.add();
    const process = await tenants.process({ checkMs: 30 });
    await process.with(acme, (prisma) => prisma.user.count());
    await tenants.databases.query(acme.database, `UPDATE "TenantIdentity" SET "tenantId" = uuidv7()`);
    await until(() => process.factory.size === 0);
    await expect(process.acquire(acme)).rejects.toMatchObject(unavailable);
  });
});

describe('a change of the catalog', () => {
  const change = (slug: string, set: string) => tenants.query(`UPDATE "Tenant" SET ${set} WHERE "slug" = $1`, [slug]);

  it.each(['SUSPENDED', 'INACTIVE', 'DELETING'])('to %s ends the client, once its leases are back', async (status) => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const lease = await process.acquire(acme);
    await tenants.query(enterStatus, [status, acme.slug]);
    await until(() => process.factory.size === 0);
    expect(await lease.client.prisma.user.count()).toBe(0);
    lease.release();
    await until(async () => (await tenants.backends(acme)) === 0);
  });

  it('to another credential gives new leases another client while the old ones go on', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const old = await process.acquire(acme);
    const next = `${acme.database}_b`;
    await tenants.databases.query(acme.database, `CREATE ROLE ${next} LOGIN PASSWORD 'other'`);
    await tenants.databases.query(acme.database, `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${next}`);
    await change(
      acme.slug,
      `"roleName" = '${next}', "roleSecret" = '${tenants.secrets.seal('other', acme.tenantId)}', "credentialGeneration" = 2`,
    );
    await until(() => process.factory.size === 0);
    const userOf = async (prisma: typeof old.client.prisma) =>
      (await prisma.$queryRaw<{ user: string }[]>`SELECT current_user::text AS user`)[0]?.user;
    expect([await process.with(acme, userOf), await userOf(old.client.prisma)]).toEqual([next, acme.role]);
    old.release();
    await until(async () => (await tenants.backends(acme)) === 0);
    await process.close();
    await tenants.databases.query(acme.database, `DROP OWNED BY ${next}`);
    await tenants.databases.query(acme.database, `DROP ROLE ${next}`);
  });

  it('that came while a client was being opened ends that client too', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const stale = await process.known(acme);
    await change(acme.slug, `"status" = 'SUSPENDED'`);
    await until(async () => (await process.catalog.find(acme.slug))?.status === 'SUSPENDED');
    (await process.factory.acquire(stale)).release();
    await until(() => process.factory.size === 0);
  });

  it('of the limit of connections takes hold of the open client', async () => {
    const acme = await tenants.add();
    const process = await tenants.process({ poolMax: 6 });
    const lease = await process.acquire(acme);
    const load = () =>
      Promise.all(Array.from({ length: 12 }, () => lease.client.prisma.$queryRaw`SELECT pg_sleep(0.01)::text`));
    await load();
    expect(process.governor.connections()).toBe(6);
    await change(acme.slug, '"maxConnections" = 2');
    await until(async () => (await process.catalog.find(acme.slug))?.maxConnections === 2);
    await until(async () => {
      await load();
      return process.governor.connections() === 2;
    });
    lease.release();
  });
});

describe('closing the factory', () => {
  it('waits for leases, serves them, and lends no more', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const lease = await process.acquire(acme);
    let closed = false;
    const closing = process.factory.close().then(() => (closed = true));
    expect(await lease.client.prisma.user.count()).toBe(0);
    expect(closed).toBe(false);
    await expect(process.acquire(acme)).rejects.toMatchObject(unavailable);
    lease.release();
    await closing;
    expect([process.governor.connections(), await tenants.backends(acme)]).toEqual([0, 0]);
  });

  it('waits for clients that are still being opened', async () => {
    const acme = await tenants.add();
    const process = await tenants.process();
    const opening = process.factory.acquire(await process.known(acme));
    const closing = process.factory.close();
    (await opening).release();
    await closing;
    expect(await tenants.backends(acme)).toBe(0);
  });
});

describe('the metrics of clients', () => {
  it('count what was opened, lent and ended', async () => {
    const [acme, globex] = [await tenants.add(), await tenants.add()];
    const process = await tenants.process({ maxClients: 1 });
    const registry = new Registry();
    process.factory.register(registry);
    process.governor.register(registry);
    await process.with(acme, (prisma) => prisma.user.count());
    const lease = await process.acquire(globex);
    const during = await registry.metrics();
    expect(during).toContain('helpdeskly_tenant_clients 2');
    expect(during).toContain('helpdeskly_tenant_client_leases 1');
    lease.release();
    const shown = await registry.metrics();
    expect(shown).toContain('helpdeskly_tenant_clients 1');
    expect(shown).toContain('helpdeskly_tenant_clients_opened_total 2');
    expect(shown).toContain('helpdeskly_tenant_clients_ended_total{reason="full"} 1');
    expect(shown).toContain('helpdeskly_tenant_connections_max 30');
  });
});
