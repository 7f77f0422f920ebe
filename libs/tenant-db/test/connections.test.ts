import { afterAll, describe, expect, it } from '@jest/globals';
import { isUniqueViolation, TransactionScope } from '@helpdeskly/database';
import { Prisma, type TenantClient } from '@helpdeskly/tenant-db';
import { connected, type TenantDatabaseFixture, urlOf } from '@helpdeskly/testing/database';
import { busyFor, Clients, governing, pidOf, refusalOf, until } from './clients.js';

const clients = new Clients();
afterAll(() => clients.end());

const running = async ({ role }: TenantDatabaseFixture) => {
  const rows = await clients.databases.query(
    'postgres',
    `SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND state = 'active'`,
    [role],
  );
  return rows.length;
};

describe('a query past its time', () => {
  it('is query_timeout when PostgreSQL ends it, and its connection goes on', async () => {
    const tenant = await clients.databases.add({ statementTimeoutMs: 50 });
    const client = await clients.open(tenant, governing(), { throughPooler: true });
    const before = await pidOf(client);
    expect(await refusalOf(busyFor(client, 30))).toMatchObject({ code: 'query_timeout' });
    expect(await refusalOf(client.prisma.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(30)::text`))).toMatchObject({
      code: 'query_timeout',
    });
    expect(await pidOf(client)).toBe(before);
  });

  it('is query_timeout when PostgreSQL does not end it; it is cancelled, and its connection never reused', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor, { queryTimeoutMs: 1, poolMax: 2, throughPooler: true });
    const before = await pidOf(client);
    expect(await refusalOf(busyFor(client, 60))).toMatchObject({ code: 'query_timeout' });
    expect(await pidOf(client)).not.toBe(before);
    await until(async () => (await running(tenant)) === 0);
    await until(async () => governor.connections() === 1 && (await clients.backends(tenant)) === 1);
  });

  it('does not keep the connection of its transaction either', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor, { queryTimeoutMs: 1, poolMax: 2, throughPooler: true });
    expect(await refusalOf(client.prisma.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(60)::text`))).toMatchObject({
      code: 'query_timeout',
    });
    await until(async () => (await running(tenant)) === 0);
    await until(() => governor.connections() === 0);
    expect(await client.prisma.user.count()).toBe(0);
  });
});

describe('a connection', () => {
  it('survives errors of SQL', async () => {
    const client = await clients.open(await clients.databases.add());
    const before = await pidOf(client);
    const add = () =>
      client.prisma.user.create({ data: { email: 'A@b.c', emailKey: 'a@b.c', name: 'A', role: 'AGENT' } });
    await add();
    for (let i = 0; i < 50; i++) expect(isUniqueViolation(await add().catch((error: unknown) => error))).toBe(true);
    await expect(client.prisma.$transaction(async () => add())).rejects.toThrow();
    await expect(client.prisma.$queryRaw`SELECT nonsense`).rejects.toThrow();
    expect(await pidOf(client)).toBe(before);
  });

  it('is not lent to somebody else with a transaction open on it', async () => {
    const client = await clients.open(await clients.databases.add());
    const connection = await client.pool.connect();
    const { rows } = await connection
      .query<{ pid: number }>('BEGIN; SELECT pg_backend_pid() AS pid')
      .then((results) => (results as unknown as { rows: { pid: number }[] }[])[1] ?? { rows: [] });
    connection.release();
    expect(await pidOf(client)).not.toBe(rows[0]?.pid);
  });

  it('is given back once, however often it is released', async () => {
    const client = await clients.open(await clients.databases.add());
    const connection = await client.pool.connect();
    connection.release();
    connection.release();
    expect(client.pool.idleCount).toBe(1);
  });

  it('is closed after it has idled', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor, { idleMs: 30 });
    await Promise.all([pidOf(client), pidOf(client), pidOf(client)]);
    await until(async () => governor.connections() === 0 && (await clients.backends(tenant)) === 0);
    expect(await client.prisma.user.count()).toBe(0);
  });

  it('serves nobody again once it has lived its time, in use or idle', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor, { lifeMs: 300, idleMs: 40_000 });
    const first = await pidOf(client);
    await until(async () => (await pidOf(client)) !== first);
    expect(governor.connections()).toBe(1);
    const idle = await clients.open(tenant, governing(), { lifeMs: 300, idleMs: 400 });
    await until(() => idle.pool.totalCount === 0);
    expect(await idle.prisma.user.count()).toBe(0);
  });

  it('prepares the statements that come again and again, and only where it may', async () => {
    const tenant = await clients.databases.add();
    const prepared = async (namedStatements: boolean) => {
      const client = await clients.open(tenant, governing(), { namedStatements });
      for (let i = 0; i < 5; i++) await client.prisma.user.findMany({ where: { name: `${i}` } });
      const rows = await client.prisma.$queryRaw<
        { statement: string }[]
      >`SELECT statement FROM pg_prepared_statements WHERE name <> ''`;
      return rows.filter(({ statement }) => statement.includes('"User"')).length;
    };
    expect([await prepared(true), await prepared(false)]).toEqual([1, 0]);
  });
});

describe('a read of texts', () => {
  const greeting = `SELECT 'Hello ' || $1::text, $2::int::text`;
  const open = async (settings: { poolMax: number; namedStatements?: boolean }) =>
    clients.open(await clients.databases.add(), governing(), settings);

  it.each([true, false])('answers rows as PostgreSQL sends them (named statements: %s)', async (namedStatements) => {
    const client = await open({ poolMax: 1, namedStatements });
    for (const name of ['Ada', 'Grace "é" \n', ''])
      expect(await client.texts(greeting, [name, 7])).toEqual([[`Hello ${name}`, '7']]);
    expect(await client.texts(`SELECT 'never' WHERE $1::boolean`, [false])).toEqual([]);
  });

  it('leaves its connection whole after an error, in each step of the protocol', async () => {
    const client = await open({ poolMax: 1 });
    const wrong: readonly [string, string, readonly unknown[]][] = [
      ['42601', 'SELEC 1', []],
      ['22P02', 'SELECT $1::int::text', ['seven']],
      ['22012', 'SELECT (1 / n)::text FROM generate_series(1, 0, -1) n', []],
    ];
    for (const [state, text, values] of wrong)
      for (let turn = 0; turn < 2; turn++) {
        await expect(client.texts(text, values)).rejects.toMatchObject({ code: state });
        expect(await client.texts(greeting, ['Ada', turn])).toEqual([['Hello Ada', `${turn}`]]);
      }
    expect(await client.prisma.user.count()).toBe(0);
    expect(client.pool.totalCount).toBe(1);
  });

  it('is prepared anew where the connection has lost its statements', async () => {
    const client = await open({ poolMax: 1 });
    expect(await client.texts(greeting, ['Ada', 1])).toEqual([['Hello Ada', '1']]);
    await client.prisma.$executeRaw`DEALLOCATE ALL`;
    expect(await client.texts(greeting, ['Ada', 2])).toEqual([['Hello Ada', '2']]);
  });
});

describe('a table whose columns change their type while its tenant is hot', () => {
  const scope = new TransactionScope<Prisma.TransactionClient>();
  const ways: Record<string, (client: TenantClient) => Promise<unknown>> = {
    'a query': ({ prisma }) => prisma.user.findMany(),
    'a query of one row': ({ prisma }) => prisma.user.findUnique({ where: { emailKey: 'ada@x.y' } }),
    'a hot read': (client) => client.select('SELECT * FROM "User" WHERE "name" <> $1', ['nobody']),
    'a hot read of texts': (client) =>
      client.texts(`SELECT row_to_json(u)::text FROM "User" u WHERE "name" <> $1`, ['nobody']),
    'a transaction': ({ prisma }) => scope.run(prisma, (tx) => tx.user.findMany()),
    'a transaction that writes first': ({ prisma }) =>
      scope.run(prisma, async (tx) => {
        await tx.user.updateMany({ data: { version: { increment: 1 } } });
        return tx.user.findMany();
      }),
  };
  const twice = async (client: TenantClient, way: (client: TenantClient) => Promise<unknown>) => {
    for (let i = 0; i < 4; i++) await Promise.all([way(client), way(client), way(client)]);
  };
  let client: TenantClient | undefined;
  let tenant: TenantDatabaseFixture | undefined;
  let length = 400;
  const alter = (type: string) =>
    clients.databases.query(tenant?.database ?? '', `ALTER TABLE "User" ALTER COLUMN "passwordHash" TYPE ${type}`);
  const open = async () => {
    tenant ??= await clients.databases.add();
    client ??= await clients.open(tenant, governing(), { poolMax: 3 });
    if ((await client.prisma.user.count()) === 0)
      await client.prisma.user.create({ data: { email: 'ada@x.y', emailKey: 'ada@x.y', name: 'Ada', role: 'AGENT' } });
    return client;
  };

  it.each(Object.keys(ways))('goes on serving it (%s)', async (name) => {
    const way = ways[name] as (client: TenantClient) => Promise<unknown>;
    const hot = await open();
    await twice(hot, way);
    await alter(`varchar(${length++})`);
    await twice(hot, way);
    await alter('text');
    expect(await Promise.all([way(hot), way(hot), way(hot), way(hot), way(hot), way(hot)])).toHaveLength(6);
  });

  it('goes on serving a request whose connection was being opened when the others were replaced', async () => {
    const hot = await clients.open(tenant ?? (await clients.databases.add()), governing(), { poolMax: 3 });
    const way = ways['a query'] as (client: TenantClient) => Promise<unknown>;
    for (let i = 0; i < 6; i++) await way(hot);
    await alter(`varchar(${length++})`);
    // A new connection asks who its tenant is before it serves: it waits, and its pool learns of the change meanwhile.
    const [stale, opening] = await connected(urlOf(tenant?.database ?? ''), async (session) => {
      await session.query('BEGIN');
      await session.query('LOCK TABLE "TenantIdentity" IN ACCESS EXCLUSIVE MODE');
      const both = [way(hot), way(hot)] as const;
      for (const each of both) each.catch(() => undefined); // They are awaited below.
      await until(async () => {
        const { rows } = await session.query(
          `SELECT FROM pg_locks WHERE NOT granted AND relation = '"TenantIdentity"'::regclass`,
        );
        return rows.length === 2;
      });
      await session.query('COMMIT');
      return both;
    });
    expect([await stale, await opening]).toEqual([expect.any(Array), expect.any(Array)]);
  });

  it('runs a transaction that meets it once more from its beginning, and stores its writes once', async () => {
    const { prisma } = await open();
    const [before] = await prisma.user.findMany();
    await twice(await open(), ways['a transaction'] as (client: TenantClient) => Promise<unknown>);
    await alter(`varchar(${length++})`);
    let runs = 0;
    await scope.run(prisma, async (tx) => {
      runs++;
      await tx.user.updateMany({ data: { version: { increment: 1 } } });
      await tx.user.findMany();
    });
    expect(runs).toBe(2);
    expect((await prisma.user.findMany())[0]?.version).toBe((before?.version ?? 0) + 1);
  });

  it('is tenant_database_unavailable where nobody can run it again, and passes', async () => {
    const { prisma } = await open();
    const byItself = () => refusalOf(prisma.$transaction((tx) => tx.user.findMany()));
    for (let i = 0; i < 4; i++) expect(await byItself()).toBeUndefined();
    await alter(`varchar(${length++})`);
    expect(await byItself()).toMatchObject({ code: 'tenant_database_unavailable' });
    expect(await byItself()).toBeUndefined();
  });
});

describe('a tenant database that has become read-only', () => {
  it('is tenant_database_unavailable, and its connections are left', async () => {
    const tenant = await clients.databases.add();
    const set = (value: string) =>
      clients.databases.query('postgres', `ALTER ROLE ${tenant.role} SET default_transaction_read_only = ${value}`);
    await set('on');
    const client = await clients.open(tenant, governing(), { throughPooler: true });
    const before = await pidOf(client);
    const write = () => client.prisma.user.updateMany({ data: { name: 'x' } });
    for (const refusal of [await refusalOf(write()), await refusalOf(client.prisma.$transaction(() => write()))])
      expect(refusal).toMatchObject({ code: 'tenant_database_unavailable', retryAfter: 2 });
    await set('off');
    expect(await refusalOf(write())).toBeUndefined();
    expect(await pidOf(client)).not.toBe(before);
  });
});

describe('a client that is closed', () => {
  it('waits for what is lent, and leaves no connection behind', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor);
    const answer = busyFor(client, 0.1);
    await until(async () => (await running(tenant)) === 1);
    await client.close();
    await expect(answer).resolves.toHaveLength(1);
    expect([governor.connections(), await clients.backends(tenant)]).toEqual([0, 0]);
  });

  it('refuses whoever still holds it', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant);
    await client.close();
    for (const late of [
      client.prisma.user.count(),
      client.prisma.$queryRaw`SELECT 1`,
      client.prisma.$transaction((tx) => tx.user.count()),
    ]) {
      expect(await refusalOf(late)).toMatchObject({ code: 'tenant_database_unavailable' });
    }
    expect(await clients.backends(tenant)).toBe(0);
  });
});
