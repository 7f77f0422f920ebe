import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ControlDatabase } from '@helpdeskly/catalog';
import {
  isConnectionFailure,
  isQueryTimeout,
  isUniqueViolation,
  sqlState,
  TransactionAborted,
} from '@helpdeskly/database';
import { DatabaseProxy, until } from '@helpdeskly/testing';
import { asAdmin, connected } from '@helpdeskly/testing/database';
import { ControlPlane } from './control-plane.js';

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

/** Retries `attempt` until it succeeds. */
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

/** Another session of the control database holds a lock until `work` is done. */
const whileLocked = <T>(work: () => Promise<T>): Promise<T> =>
  connected(plane.url, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE "DatabaseServer" IN ACCESS EXCLUSIVE MODE');
    try {
      return await work();
    } finally {
      await holder.query('ROLLBACK');
    }
  });
const places = async () => (await plane.query('SELECT "place" FROM "ReconciliationCheck"')).map(({ place }) => place);
const record = (on: Pick<ControlDatabase['client'], 'reconciliationCheck'>, place: string) =>
  on.reconciliationCheck.create({ data: { place } });
const pidOf = async (on: Pick<ControlDatabase['client'], '$queryRaw'>) =>
  (await on.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`)[0]?.pid;
const sessionsIn = async (state: string) =>
  (
    await plane.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'helpdeskly-control' AND state = $1`,
      [state],
    )
  ).length;

describe('a statement that waits longer than it may', () => {
  let brief: ControlDatabase;
  beforeEach(() => {
    brief = new ControlDatabase(plane.url, { max: 1, statementTimeoutMs: 150 }); // All share one connection.
  });
  afterEach(() => brief.close());

  it.each([
    ['its own', ({ client }: ControlDatabase) => client.databaseServer.count()],
    ['a transaction', (control: ControlDatabase) => control.transaction((tx) => tx.databaseServer.count())],
    [
      'a transaction that has written',
      (control: ControlDatabase) =>
        control.transaction(async (tx) => {
          await record(tx, 'test.rejected');
          return tx.databaseServer.count();
        }),
    ],
    [
      'a transaction whose statements are asked together',
      (control: ControlDatabase) =>
        control.transaction((tx) =>
          Promise.all([record(tx, 'test.rejected'), tx.databaseServer.count(), tx.tenant.count()]),
        ),
    ],
  ])('is ended by the server, and what others write afterwards is kept (%s)', async (_, work) => {
    const failure = await whileLocked(() => failureOf(work(brief)));
    expect([sqlState(failure), isQueryTimeout(failure)]).toEqual(['57014', true]);
    expect(await sessionsIn('idle in transaction')).toBe(0);
    const kept = `test.kept_${Math.random()}`;
    await record(brief.client, kept);
    expect(await places()).toContain(kept);
    expect(await places()).not.toContain('test.rejected');
    expect(await servers()).toBe(1);
  });

  it('is cancelled, and its connection closed, when the server does not end it', async () => {
    const before = await pidOf(brief.client);
    const failure = await whileLocked(() =>
      failureOf(
        brief.transaction(async (tx) => {
          await record(tx, 'test.rejected');
          await tx.$executeRaw`SET LOCAL statement_timeout = 0`;
          await tx.databaseServer.count();
        }),
      ),
    );
    expect(isQueryTimeout(failure)).toBe(true);
    await until(async () => (await sessionsIn('active')) === 0);
    await record(brief.client, 'test.kept_after_a_cancel');
    expect(await pidOf(brief.client)).not.toBe(before);
    expect(await places()).toEqual(expect.arrayContaining(['test.kept_after_a_cancel']));
    expect(await places()).not.toContain('test.rejected');
  });

  it('commits nothing when its error was caught and the transaction went on', async () => {
    const failure = await whileLocked(() =>
      failureOf(
        brief.transaction(async (tx) => {
          await record(tx, 'test.rejected');
          await failureOf(tx.databaseServer.count());
        }),
      ),
    );
    expect(failure).toBeInstanceOf(TransactionAborted);
    expect(isQueryTimeout(failure)).toBe(true);
    expect(await places()).not.toContain('test.rejected');
  });
});

describe('an error that was caught within a transaction', () => {
  const refused: Record<
    string,
    (tx: Parameters<Parameters<ControlDatabase['transaction']>[0]>[0]) => Promise<unknown>
  > = {
    'a unique violation': (tx) =>
      tx.databaseServer.create({
        data: { name: 'default', host: 'x', port: 1, adminSecret: 'x', maxTenants: 1 },
      }),
    'a raw statement': (tx) => tx.$executeRaw`SELECT 1 / 0`,
    'a value that cannot be read': (tx) => tx.$queryRaw`SELECT 'x'::uuid`,
    'an inner transaction': () => control.transaction((tx) => tx.$executeRaw`SELECT nonsense`),
  };

  it.each(Object.keys(refused))('rejects the transaction at its commit (%s)', async (name) => {
    const outcome = await failureOf(
      control.transaction(async (tx) => {
        await record(tx, 'test.swallowed');
        expect(await failureOf(refused[name]?.(tx) ?? Promise.resolve())).toBeInstanceOf(Error);
        return 'done';
      }),
    );
    expect(outcome).toBeInstanceOf(Error);
    expect(await places()).not.toContain('test.swallowed');
  });

  it.each(Object.keys(refused))(
    'leaves nothing behind when it was an attempt, and the rest is committed (%s)',
    async (name) => {
      const place = `test.attempt_${Math.random()}`;
      await control.transaction(async (tx) => {
        await record(tx, place);
        const attempted = control.attempt(async () => {
          await record(tx, 'test.attempted');
          await refused[name]?.(tx);
        });
        expect(await failureOf(attempted)).toBeInstanceOf(Error);
      });
      expect(await places()).toContain(place);
      expect(await places()).not.toContain('test.attempted');
    },
  );
});

describe('a unique violation', () => {
  const add = (data: { name: string; systemIdentifier?: string }) =>
    control.client.databaseServer.create({
      data: { host: 'x', port: 1, adminSecret: 'x', maxTenants: 1, ...data },
    });

  it("is told by its index's exact name", async () => {
    const other = 'DatabaseServer_systemIdentifier_key'; // A value that equals the name of another index.
    await add({ name: other, systemIdentifier: '1' });
    try {
      const byName = await failureOf(add({ name: other }));
      const byIdentifier = await failureOf(add({ name: 'name', systemIdentifier: '1' }));
      const raw = await failureOf(
        control.client.$executeRaw`UPDATE "DatabaseServer" SET "name" = 'default' WHERE "systemIdentifier" = '1'`,
      );
      const indexes = ['DatabaseServer_name_key', 'DatabaseServer_systemIdentifier_key', 'name', 'DatabaseServer'];
      const told = (failure: unknown) => indexes.map((index) => isUniqueViolation(failure, index));
      expect([byName, byIdentifier, raw].map(told)).toEqual([
        [true, false, false, false],
        [false, true, false, false],
        [true, false, false, false],
      ]);
    } finally {
      await plane.query(`DELETE FROM "DatabaseServer" WHERE "systemIdentifier" = '1'`);
    }
  });

  it('costs no connection', async () => {
    const before = await pidOf(control.client);
    for (let i = 0; i < 20; i++) expect(isUniqueViolation(await failureOf(add({ name: 'default' })))).toBe(true);
    expect(await pidOf(control.client)).toBe(before);
    expect(control.load.open).toBe(1);
  });
});

describe('a server that has become read-only', () => {
  it('looks like an outage, and is left as soon as it says so', async () => {
    await plane.query(`ALTER DATABASE ${plane.database} SET default_transaction_read_only = ON`);
    const standby = new ControlDatabase(plane.url, { max: 1 });
    try {
      const write = () => standby.client.databaseServer.updateMany({ data: { maxTenants: 10 } });
      expect(await standby.client.databaseServer.count()).toBe(1);
      for (const failure of [await failureOf(write()), await failureOf(standby.transaction(() => write()))])
        expect([sqlState(failure), isConnectionFailure(failure)]).toEqual(['25006', true]);
      await asAdmin((admin) => admin.query(`ALTER DATABASE ${plane.database} RESET default_transaction_read_only`));
      expect(await write()).toEqual({ count: 1 });
    } finally {
      await standby.close();
    }
  });
});
