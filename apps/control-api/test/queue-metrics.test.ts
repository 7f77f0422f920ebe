import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TenantJobs, type TenantJob } from '@helpdeskly/queue';
import { Installation, needing, startRedis, type RunningRedis } from '@helpdeskly/testing';
import { getQueueToken } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { newSlug, RunningControlApi, tenantInput } from './control-client.js';

describe('the age of a queue on PostgreSQL', () => age(() => Promise.resolve(undefined)));
needing('redis-server')('the age of a queue on Redis', () => age(() => startRedis()));

function age(start: () => Promise<RunningRedis | undefined>): void {
  let redis: RunningRedis | undefined;
  let installation: Installation;
  let api: RunningControlApi;

  beforeAll(async () => {
    redis = await start();
    installation = await Installation.create({ inheritsTemplate: true });
    api = await RunningControlApi.start(installation.controlConfig({ REDIS_URL: redis?.url ?? '' }), {
      workers: false,
    });
  });
  afterAll(async () => {
    await api.stop();
    await installation.remove();
    await redis?.stop();
  });

  it('is that of the job that waits longest', async () => {
    const queue = new TenantJobs(
      api.app.get<Queue<TenantJob>>(getQueueToken('provisioning'), { strict: false }),
      new Logger('test'),
    );
    const owner = await api.asOwner();
    expect(await queue.oldestWaitingSince()).toBeUndefined();
    const before = Date.now();
    await owner.post('/tenants', tenantInput(newSlug('first')));
    const after = Date.now();
    while (Date.now() === after);
    for (const word of ['second', 'third']) await owner.post('/tenants', tenantInput(newSlug(word)));
    expect(await queue.depth()).toMatchObject({ waiting: 3 });
    const since = (await queue.oldestWaitingSince())?.getTime();
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThanOrEqual(after);
  });
}
