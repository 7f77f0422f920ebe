import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing, type ObservedSystem, startObservedSystem, until } from '@helpdeskly/testing';

needing('pgbouncer', 'redis-server')('metrics while Redis and PgBouncer are away', () => {
  let system: ObservedSystem;

  beforeAll(async () => {
    system = await startObservedSystem();
    await system.createTenant();
  });
  afterAll(() => system.close());

  const shown = async (name: string) => {
    const { samples } = await system.scrape('control-api');
    return samples.filter((sample) => sample.name === name).map(({ value }) => value);
  };

  /** Of each queue, or each pooler. */
  const areAll = async (name: string, value: 0 | 1) => {
    const values = await shown(name);
    return values.length > 0 && values.every((each) => each === value);
  };

  it('say so, and that both are back', async () => {
    const { pgbouncer, redis } = system.installation.servers ?? {};
    await redis?.process.end('SIGKILL');
    await pgbouncer?.process.end('SIGKILL');
    await until(() => areAll('helpdeskly_queue_up', 0));
    await until(() => areAll('helpdeskly_pooler_up', 0));
    expect(await shown('helpdeskly_queue_jobs')).toEqual([]);
    expect(await shown('helpdeskly_queue_oldest_waiting_seconds')).toEqual([]);
    expect(await shown('helpdeskly_pooler_connections')).toEqual([]);
    expect(await shown('helpdeskly_tenants')).toContain(1);
    await redis?.process.start();
    await pgbouncer?.process.start();
    await until(() => areAll('helpdeskly_queue_up', 1));
    await until(() => areAll('helpdeskly_pooler_up', 1));
    expect(await shown('helpdeskly_queue_jobs')).toContain(0);
  });
});
