import { setTimeout as sleep } from 'node:timers/promises';
import { needing, OwnPostgres, until } from '@helpdeskly/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Fleet, type OutageReport } from './outage.js';

const errorWithinMs = 7000;
const recoveryWithinMs = 10_000;
/** Of the app for a connection, and in PgBouncer for the server. */
const longerThanAnyWaitMs = 9000;

needing('pgbouncer', 'redis-server')('two app-api processes under load', () => {
  let postgres: OwnPostgres;
  let fleet: Fleet;

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    fleet = await Fleet.start(6, { RECONCILIATION_MIN_AGE: '0s' });
  });

  afterAll(async () => {
    await fleet.stop();
    await postgres.remove();
  });

  const pgbouncer = () => {
    const running = fleet.system.installation.servers?.pgbouncer.process;
    if (running === undefined) throw new Error('not through PgBouncer');
    return running;
  };
  const redis = () => {
    const running = fleet.system.installation.servers?.redis.process;
    if (running === undefined) throw new Error('without Redis');
    return running;
  };

  /** What holds after every outage. */
  async function expectWeathered(report: OutageReport): Promise<void> {
    const health = await Promise.all(fleet.processes.map(({ origin }) => fetch(`${origin}/health/ready`)));
    expect(health.map(({ status }) => status)).toEqual([200, 200]);
    expect(report.unexpected).toEqual([]);
    expect(report.longestError).toBeLessThan(errorWithinMs);
    expect(report.recovery).toBeLessThan(recoveryWithinMs);
    expect(report.stored).toEqual(report.acknowledged);
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'weather a PgBouncer that is ended by %s and started again',
    async (signal) => {
      const report = await fleet.outage(
        `PgBouncer ended by ${signal}`,
        () => pgbouncer().end(signal),
        () => pgbouncer().start(),
      );
      expect(report.failures).toBeGreaterThan(0);
      await expectWeathered(report);
    },
  );

  it('serve on while Redis is away and comes back empty', async () => {
    const report = await fleet.outage(
      'Redis killed, back without its data',
      () => redis().end('SIGKILL'),
      () => redis().start(),
    );
    expect(report.failures).toBe(0);
    await expectWeathered(report);
  });

  it('are joined by a tenant that was asked for while Redis was away', async () => {
    await redis().end('SIGKILL');
    const admin = { email: 'ada@late.example', name: 'Ada Admin', password: 'a password of many words' };
    const { status, body } = await fleet.system.operator.post('/tenants', { slug: 'late', name: 'Late', admin });
    expect(status).toBe(202);
    await sleep(500);
    await redis().start();
    await until(async () => (await fleet.system.operator.get(`/tenants/${body.id}`)).body.status !== 'PROVISIONING');
    expect((await fleet.system.operator.get(`/tenants/${body.id}`)).body.status).toBe('ACTIVE');
  });

  it('weather a PostgreSQL that is stopped with immediate and started again', async () => {
    const report = await fleet.outage(
      'PostgreSQL stopped with immediate',
      () => postgres.crash(),
      () => postgres.startAgain(),
      longerThanAnyWaitMs,
    );
    expect(report.failures).toBeGreaterThan(0);
    await expectWeathered(report);
  });

  it('weather the same while 20 tenants are being provisioned, each of which is there in the end', async () => {
    const { operator } = fleet.system;
    const admin = { email: 'ada@crash.example', name: 'Ada Admin', password: 'a password of many words' };
    const asked = new Map<string, string>();
    let during = 0;
    const report = await fleet.outage(
      'PostgreSQL stopped with immediate while 20 tenants are being provisioned',
      async () => {
        const orders = Array.from({ length: 20 }, (_, number) => ({ slug: `crash-${number}`, name: 'Crash', admin }));
        for (const order of orders) {
          const { status, body } = await operator.post('/tenants', order);
          expect(status).toBe(202);
          asked.set(body.id, order.slug);
        }
        const list = (await operator.get('/tenants?limit=100&status=PROVISIONING')).body.data;
        during = list.length;
        await postgres.crash();
      },
      () => postgres.startAgain(),
      longerThanAnyWaitMs,
    );
    expect(during).toBeGreaterThan(0);
    await expectWeathered(report);
    for (const [id, slug] of asked) {
      await until(async () => (await operator.get(`/tenants/${id}`)).body.status !== 'PROVISIONING');
      const { body } = await operator.get(`/tenants/${id}`);
      expect([body.slug, body.status, body.statusReason]).toEqual([slug, 'ACTIVE', null]);
      expect(await fleet.signIn(slug, admin)).toMatchObject({ status: 200 });
    }
    for (let look = 0; look < 2; look++) await operator.post('/reconciliation/run');
    expect((await operator.get('/reconciliation')).body).toMatchObject({ status: 'CLEAN', open: {} });
  });

  it('are joined by another tenant after all that', async () => {
    const tenant = await fleet.system.createTenant();
    expect((await tenant.admin.get('/tickets')).status).toBe(200);
  });
});
