import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ControlDatabase } from '@helpdeskly/catalog';
import { isConnectionFailure } from '@helpdeskly/database';
import { ControlPlane } from './control-plane.js';
import { DatabaseProxy } from '@helpdeskly/testing';

let plane: ControlPlane;
let control: ControlDatabase;

beforeAll(async () => {
  plane = await ControlPlane.create();
});
afterAll(() => plane.remove());
beforeEach(() => {
  control = new ControlDatabase(plane.url);
});
afterEach(() => control.close());

const servers = () => control.client.databaseServer.count();
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Resolves once `attempt` does. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const outcome = await attempt().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ('value' in outcome) return outcome.value;
    if (!isConnectionFailure(outcome.error)) throw outcome.error;
  }
}

describe('the control database', () => {
  it('answers again after all its idle connections were ended', async () => {
    await Promise.all([servers(), servers(), servers()]);
    expect(await plane.terminate('helpdeskly-control')).toBeGreaterThan(0);
    expect(await eventually(servers)).toBe(1);
  });

  it('fails as an outage when it is cut off in the middle of a transaction, and works again afterwards', async () => {
    const failure = await failureOf(
      control.transaction(async (tx) => {
        await tx.databaseServer.count();
        await plane.terminate('helpdeskly-control');
        await tx.databaseServer.count();
      }),
    );
    expect(isConnectionFailure(failure)).toBe(true);
    expect(await eventually(servers)).toBe(1);
  });

  it('commits nothing of a transaction that was cut off before its commit', async () => {
    const failure = await failureOf(
      control.transaction(async (tx) => {
        await tx.databaseServer.updateMany({ data: { maxTenants: 99 } });
        await plane.terminate('helpdeskly-control');
      }),
    );
    expect(isConnectionFailure(failure)).toBe(true);
    expect(await eventually(() => control.client.databaseServer.findFirst({ select: { maxTenants: true } }))).toEqual({
      maxTenants: 10,
    });
  });

  it('fails as an outage while it lets nobody in, and works again afterwards', async () => {
    await servers();
    await plane.shut();
    try {
      expect(isConnectionFailure(await failureOf(servers()))).toBe(true);
      expect(isConnectionFailure(await failureOf(control.transaction((tx) => tx.databaseServer.count())))).toBe(true);
      expect(isConnectionFailure(await failureOf(control.client.$queryRaw`SELECT 1`))).toBe(true);
    } finally {
      await plane.open();
    }
    expect(await eventually(servers)).toBe(1);
  });

  it.each(['refuse', 'ignore'] as const)(
    'fails as an outage when its server does not answer (connections: %s)',
    async (treatment) => {
      const proxy = await DatabaseProxy.start(plane.url);
      proxy.treat(treatment);
      const away = new ControlDatabase(proxy.through(plane.url));
      expect(isConnectionFailure(await failureOf(away.client.databaseServer.count()))).toBe(true);
      await away.close();
      await proxy.close();
    },
  );

  it('keeps times as they are, whatever time zone the database has', async () => {
    await plane.query(`ALTER DATABASE ${plane.database} SET timezone = 'Asia/Tokyo'`);
    const activatedAt = new Date('2026-11-20T12:34:56.789Z');
    await plane.addTenant('tokyo');
    await control.client.tenant.update({ where: { slug: 'tokyo' }, data: { activatedAt } });
    const [stored] = await plane.query(`SELECT "activatedAt" FROM "Tenant" WHERE "slug" = 'tokyo'`);
    expect(stored).toEqual({ activatedAt });
    expect((await control.client.tenant.findUnique({ where: { slug: 'tokyo' } }))?.activatedAt).toEqual(activatedAt);
  });
});
