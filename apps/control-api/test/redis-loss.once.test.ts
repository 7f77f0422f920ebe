import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Installation, needing, startRedis, until, type Caller, type RunningRedis } from '@helpdeskly/testing';
import { createControlWorker } from 'control-api';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

needing('redis-server')('while Redis is away', () => {
  let redis: RunningRedis;
  let installation: Installation;
  let api: RunningControlApi;
  let owner: Caller;
  const config = () => installation.controlConfig({ REDIS_URL: redis.url, RATE_LIMIT_USER_PER_MINUTE: '0' });

  beforeAll(async () => {
    redis = await startRedis();
    installation = await Installation.create({ pooled: false });
    api = await RunningControlApi.start(config(), { workers: false });
    owner = await api.asOwner();
  });

  afterAll(async () => {
    redis.process.signal('SIGCONT');
    await api.stop();
    await installation.remove();
    await redis.stop();
  });

  const create = async (count: number): Promise<string[]> => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => owner.post('/tenants', tenantInput(newSlug('lost')))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    return answers.map(({ body }) => body.id as string);
  };

  /** Once each in effect: the audit trail says so, whatever ran how often. */
  const allAlive = async (ids: readonly string[]) => {
    const worker = await createControlWorker(config());
    try {
      for (const id of ids) await until(async () => (await owner.get(`/tenants/${id}`)).body.status === 'ACTIVE');
    } finally {
      await worker.close();
    }
    for (const id of ids) {
      const { body } = await owner.get(`/tenants/${id}/events`);
      const actions = body.data.map((event: { action: string }) => event.action);
      expect(actions.sort()).toEqual(['tenant.activated', 'tenant.created']);
    }
  };

  const ready = async () => (await fetch(`${api.origin}/health/ready`)).status;

  it('the control API says so in readiness, takes tenants all the same, and they come to life once it is back', async () => {
    expect(await ready()).toBe(200);
    await redis.process.end('SIGKILL');
    await until(async () => (await ready()) === 503);
    const ids = await create(5);
    await redis.process.start();
    await until(async () => (await ready()) === 200);
    await allAlive(ids);
  });

  it('silent instead of gone, tenants are taken within the second that a queue is waited for', async () => {
    redis.process.signal('SIGSTOP');
    const ids = await create(3);
    redis.process.signal('SIGCONT');
    await allAlive(ids);
  });

  it('flushed with jobs waiting, all tenants come to life, each once', async () => {
    const ids = await create(8);
    await redis.command('FLUSHALL');
    await allAlive(ids);
  });
});
