import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { needing, owner, startRedis, startSystem, until, type RunningRedis, type System } from '@helpdeskly/testing';
import { Redis } from 'ioredis';
import { parse } from 'yaml';

const installation = 'helpdeskly-0123456789abcdef';
const root = fileURLToPath(new URL('..', import.meta.url));

interface RedisService {
  readonly command: readonly string[];
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}

needing('redis-server')('Redis as docker-compose.yml runs it, with the users of compose:init', () => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-redis-users-'));
  const { redis: service } = (
    parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
      services: { redis: RedisService };
    }
  ).services;
  let redis: RunningRedis;
  let system: System;
  let admin: Redis;
  let passwords: Readonly<Record<string, string>>;

  const urlOf = (user: string, password = '') => redis.url.replace('//', `//${user}:${password}@`);
  const as = (user: string, name: string) => new Redis(urlOf(user, passwords[name]), { maxRetriesPerRequest: 1 });
  const denied = async () =>
    ((await admin.call('ACL', 'LOG')) as string[][]).map((entry) => entry.slice(2, 10).join(' '));

  beforeAll(async () => {
    const file = join(folder, '.env');
    execFileSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), '--file', file]);
    chmodSync(folder, 0o755);
    passwords = Object.fromEntries(
      [...readFileSync(file, 'utf8').matchAll(/^(\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const args = service.command.slice(1).map((arg) => (arg.endsWith('.acl') ? join(folder, 'redis-users.acl') : arg));
    redis = await startRedis({ args });
    admin = as('admin', 'REDIS_ADMIN_PASSWORD');
    system = await startSystem({
      pooled: false,
      control: {
        REDIS_URL: urlOf('control-api', passwords['REDIS_CONTROL_PASSWORD']),
        RATE_LIMIT_USER_PER_MINUTE: '1000',
      },
      app: {
        REDIS_URL: urlOf('app-api', passwords['REDIS_APP_PASSWORD']),
        RATE_LIMIT_USER_PER_MINUTE: '1000',
        TICKET_AUTO_CLOSE: '1s',
        TICKET_AUTO_CLOSE_SURVEY: '1s',
      },
    });
  });

  afterAll(async () => {
    await system.close();
    admin.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true });
  });

  it('lets both APIs do all their work: provisioning, rates, failed logins, auto-close, bulk, purges, the board', async () => {
    const tenant = await system.createTenant();
    const ticket = await tenant.admin.post('/tickets', { title: 'Closes by itself', description: 'x' });
    await tenant.admin.patch(`/tickets/${ticket.body.id}`, { status: 'RESOLVED' });
    for (const caller of [tenant.visitor, system.control.as()])
      expect((await caller.post('/auth/login', { email: 'no@body.example', password: 'a wrong one' })).status).toBe(
        401,
      );
    expect((await system.operator.get('/tenants')).headers.get('ratelimit-limit')).toBe('1000');
    await until(async () => (await tenant.admin.get(`/tickets/${ticket.body.id}`)).body.status === 'CLOSED');
    const work = { filter: { status: 'CLOSED' }, changes: { addTags: ['seen'] } };
    const { body: run } = await tenant.admin.post('/tickets/bulk', work);
    await until(async () => (await tenant.admin.get(`/tickets/bulk/${run.id}`)).body.status === 'DONE');
    const basic = Buffer.from(`${owner.email}:${owner.password}`).toString('base64');
    const board = await fetch(`${await system.controlApp.getUrl()}/queues/api/queues`, {
      headers: { authorization: `Basic ${basic}` },
    });
    expect([board.status, await board.text()]).toEqual([200, expect.stringContaining('provisioning')]);
    await system.operator.send('DELETE', `/tenants/${tenant.id}?purge=now`);
    await until(async () => (await system.operator.get(`/tenants/${tenant.id}`)).status === 404);
    const keys = await admin.keys('*');
    for (const part of [
      /:provisioning:/,
      /:lifecycle:/,
      /:auto-close:/,
      /:ticket-bulk:/,
      /:inbound-mail:/,
      /^control-api:helpdeskly:/,
      /^app-api:helpdeskly:/,
    ])
      expect([part, keys.some((key) => part.test(key))]).toEqual([part, true]);
    expect(await denied()).toEqual([]);
  });

  it.each([
    [
      'app-api',
      'REDIS_APP_PASSWORD',
      [`${installation}:provisioning:meta`, `${installation}:lifecycle:meta`, 'control-api:helpdeskly:rate:x'],
    ],
    [
      'control-api',
      'REDIS_CONTROL_PASSWORD',
      [`${installation}:auto-close:meta`, `${installation}:ticket-bulk:meta`, 'app-api:helpdeskly:rate:x'],
    ],
  ])('keeps %s from others’ keys, and from what concerns the whole server', async (user, name, keys) => {
    const client = as(user, name);
    try {
      for (const key of keys) {
        for (const command of [
          ['GET', key],
          ['SET', key, '1'],
          ['DEL', key],
          ['EVAL', "return redis.call('DEL', KEYS[1])", '1', key],
          ['EVAL', `return redis.call('DEL', '${key}')`, '0'],
          ['COPY', key, `${user}:mine`],
        ] as [string, ...string[]][])
          await expect(client.call(command[0], ...command.slice(1))).rejects.toThrow(/NOPERM|access/);
      }
      for (const command of [
        'FLUSHALL',
        'FLUSHDB',
        'KEYS *',
        'SCAN 0',
        'RANDOMKEY',
        'DBSIZE',
        'CONFIG GET *',
        'CONFIG SET dir /tmp',
        'ACL LIST',
        'ACL WHOAMI',
        'SAVE',
        'SHUTDOWN',
        'MONITOR',
        'CLIENT KILL TYPE normal',
        'REPLICAOF NO ONE',
        'MODULE LIST',
        'SCRIPT FLUSH',
        'FUNCTION LIST',
        'PUBLISH a b',
        'SUBSCRIBE a',
        'SLOWLOG GET',
      ]) {
        const [first = '', ...rest] = command.split(' ');
        await expect(client.call(first, ...rest)).rejects.toThrow(/NOPERM/);
      }
    } finally {
      client.disconnect();
    }
  });

  it('lets a stranger ask whether it lives, and nothing else', async () => {
    expect(await redis.command('PING')).toBe('+PONG\r\n');
    for (const command of ['INFO', 'GET a', 'KEYS *', 'EVAL return(1) 0', 'CONFIG GET *'])
      expect(await redis.command(...command.split(' '))).toMatch(/^-NOPERM/);
  });

  it('keeps every write, evicts nothing, and refuses before its container is full', async () => {
    expect(await admin.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    expect(await admin.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    const [, bytes] = await admin.config('GET', 'maxmemory');
    const { memory } = service.deploy.resources.limits;
    expect(memory).toMatch(/^\d+M$/);
    expect([Number(bytes) > 0, Number(bytes) / 2 ** 20 <= parseInt(memory) / 2]).toEqual([true, true]);
  });
});
