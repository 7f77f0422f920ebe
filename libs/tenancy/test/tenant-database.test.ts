import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoCurrentTenant, TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';
import { type Process, Tenants, type TestTenant } from './tenants.js';

const tenants = new Tenants();
let context: TenantContext;
let database: TenantDatabase;
let process: Process;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  await tenants.start();
  process = await tenants.process();
  context = new TenantContext(process.factory);
  database = new TenantDatabase(context);
  [acme, globex] = [await tenants.add(), await tenants.add()];
});
afterAll(() => tenants.end());

/** Runs `work` as the edge runs a handler. */
async function inside<T>(name: TestTenant, work: () => Promise<T>): Promise<T> {
  return context.enter(await process.known(name), work);
}

const add = (name: string) =>
  database.client.user.create({ data: { email: name, emailKey: `${name}@${Math.random()}`, name, role: 'AGENT' } });
const named = (name: string) => database.client.user.count({ where: { name } });
const counted = async (name: string) =>
  (
    await database.select<{ count: number }>(
      Prisma.sql`SELECT count(*)::int AS count FROM "User" WHERE "name" = ${name}`,
    )
  )[0]?.count;

describe('outside of any tenant', () => {
  it('nothing works', async () => {
    expect(() => context.current).toThrow(NoCurrentTenant);
    expect(() => database.client).toThrow(NoCurrentTenant);
    expect(() => database.transaction(() => Promise.resolve())).toThrow(NoCurrentTenant);
    await expect((async () => database.select(Prisma.sql`SELECT 1`))()).rejects.toThrow(NoCurrentTenant);
  });

  it('is where one is again after the work, and after work that failed', async () => {
    await inside(acme, () => named('x'));
    await expect(inside(acme, () => Promise.reject(new TypeError('broken')))).rejects.toThrow(TypeError);
    expect(() => context.current).toThrow(NoCurrentTenant);
  });
});

describe('inside of a tenant', () => {
  it('work that runs side by side keeps to its own', async () => {
    const pairs = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? acme : globex));
    const slugs = await Promise.all(
      pairs.map((tenant) =>
        inside(tenant, async () => {
          await named('x');
          const [row] = await database.client.tenantIdentity.findMany();
          return [context.current.tenant.slug, row?.tenantId];
        }),
      ),
    );
    expect(slugs).toEqual(pairs.map((tenant) => [tenant.slug, tenant.tenantId]));
  });

  it('a transaction holds what is written by those that it calls, and nothing of it when it fails', async () => {
    await inside(acme, async () => {
      const failing = database.transaction(async () => {
        await add('rolled back');
        await database.transaction(() => add('rolled back'));
        expect([await named('rolled back'), await counted('rolled back')]).toEqual([2, 2]);
        throw new TypeError('no');
      });
      await expect(failing).rejects.toThrow(TypeError);
      await database.transaction(() => database.transaction(() => add('kept')));
      expect([await named('rolled back'), await named('kept'), await counted('kept')]).toEqual([0, 1, 1]);
    });
  });

  it('effects run after the commit, and not after a rollback', async () => {
    await inside(acme, async () => {
      const effects: string[] = [];
      await database.transaction(async () => {
        await database.afterCommit(() => void effects.push('committed'));
        expect(effects).toEqual([]);
      });
      await expect(
        database.transaction(async () => {
          await database.afterCommit(() => void effects.push('rolled back'));
          throw new TypeError('no');
        }),
      ).rejects.toThrow(TypeError);
      expect(effects).toEqual(['committed']);
    });
  });

  it("another tenant's work does not join the transaction", async () => {
    await inside(acme, async () => {
      const failing = database.transaction(async () => {
        await add('crossing');
        await inside(globex, () => add('crossing'));
        throw new TypeError('no');
      });
      await expect(failing).rejects.toThrow(TypeError);
    });
    expect([await inside(acme, () => named('crossing')), await inside(globex, () => named('crossing'))]).toEqual([
      0, 1,
    ]);
  });
});
