import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  Api,
  needing,
  startRedis,
  startSystem,
  until,
  type Caller,
  type RunningRedis,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';

const perMinute = 40;
const password = 'a password of many words';

needing('redis-server')('rates with Redis', () => {
  let redis: RunningRedis;
  let system: System;
  let second: NestFastifyApplication;
  let elsewhere: Api;
  let acme: TestTenant;

  beforeAll(async () => {
    redis = await startRedis();
    const app = { REDIS_URL: redis.url, TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_USER_PER_MINUTE: String(perMinute) };
    system = await startSystem({ pooled: false, app });
    second = await createAppApi(system.installation.appConfig(app));
    await second.listen(0, '127.0.0.1');
    elsewhere = await Api.at(await second.getUrl());
    acme = await system.createTenant();
  });

  afterAll(async () => {
    redis.process.signal('SIGCONT');
    await second.close();
    await system.close();
    await redis.stop();
  });

  const remaining = async (caller: Caller) => Number((await caller.get('/auth/me')).headers.get('ratelimit-remaining'));
  /** The same user at both processes. */
  const both = async (): Promise<[Caller, Caller]> => {
    const agent = await acme.user('AGENT');
    return [agent, elsewhere.as(agent.headers)];
  };
  const isShared = (of: number) => async () => {
    const [here, there] = await both();
    await here.get('/auth/me');
    return (await remaining(there)) === of;
  };

  it('hold over all processes', async () => {
    const [here, there] = await both();
    expect(await remaining(here)).toBe(perMinute - 1);
    expect(await remaining(there)).toBe(perMinute - 2);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? here : there).get('/auth/me')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(perMinute - 2);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body.code).toBe('rate_limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('count failed logins over all processes', async () => {
    const { email } = await acme.user('AGENT');
    const visitors = [acme.visitor, elsewhere.as(acme.visitor.headers)] as const;
    const codes: string[] = [];
    for (let n = 0; n < 7; n++)
      codes.push(
        (await visitors[n % 2 === 0 ? 0 : 1].post('/auth/login', { email, password: 'a wrong one, really' })).body.code,
      );
    expect(codes).toEqual([...Array<string>(5).fill('invalid_credentials'), 'rate_limited', 'rate_limited']);
  });

  it('count failed logins of one account from many addresses over all processes', async () => {
    const { email } = await acme.user('AGENT'); // Signed in from the loopback address.
    const processes = [acme.visitor, elsewhere.as(acme.visitor.headers)] as const;
    const from = (n: number, tried: string) =>
      processes[n % 2 === 0 ? 0 : 1]
        .with({ 'x-forwarded-for': `203.0.113.${n}` })
        .post('/auth/login', { email, password: tried });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n++) statuses.push((await from(n, 'a wrong one, really')).status);
    expect(statuses).toEqual(Array(5).fill(401));
    const refused = await from(5, password);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    for (const known of processes) expect((await known.post('/auth/login', { email, password })).status).toBe(200);
    await sleep(1000);
    expect((await from(6, 'a wrong one, really')).status).toBe(401);
    expect((await from(7, password)).headers.get('retry-after')).toBe('2');
  });

  it('name nobody in Redis', async () => {
    const keys = await redis.command('KEYS', '*');
    expect(keys).toMatch(/helpdeskly:login:[\w-]{43}/);
    expect(keys).toContain('helpdeskly:rate:');
    expect(keys).not.toContain('@');
  });

  it.each([
    ['killed', () => redis.process.end('SIGKILL'), () => redis.process.start()],
    [
      'silent',
      () => Promise.resolve(redis.process.signal('SIGSTOP')),
      () => Promise.resolve(redis.process.signal('SIGCONT')),
    ],
  ])('hold in each process while Redis is %s, and over all of them again afterwards', async (_, stop, start) => {
    const [here, there] = await both();
    await here.get('/auth/me');
    await stop();
    const statuses: number[] = [];
    for (let n = 0; n < perMinute; n++) statuses.push((await here.get('/auth/me')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await until(async () => (await here.get('/auth/me')).status === 429);
    expect((await there.get('/auth/me')).status).toBe(200);
    const { status } = await acme.visitor.post('/auth/login', {
      email: acme.admin.email,
      password: 'a wrong one, really',
    });
    expect(status).toBe(401);
    await start();
    await until(isShared(perMinute - 2));
  });
});
