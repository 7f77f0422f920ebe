import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCause, TransactionScope } from '@helpdeskly/database';
import { needing, startAskingPgBouncer, urlOf } from '@helpdeskly/testing/database';
import { Breaker, WrongTenantDatabase, type Prisma, type TenantClient } from '@helpdeskly/tenant-db';
import { busyFor, Clients, governing, pidOf, refusalOf, until } from './clients.js';

const clients = new Clients();
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) server.close();
  await clients.end();
});

const unavailable = { code: 'tenant_database_unavailable', retryAfter: 2 };

/** A server that does not speak PostgreSQL's protocol; `connections` counts its clients. */
async function strangeServer(
  onConnection: 'refuse' | 'keep silent',
): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined);
    if (onConnection === 'refuse') socket.destroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, connections: () => connections };
}

describe('a client whose backends are killed', () => {
  it('answers tenant_database_unavailable to what was running, and goes on by itself', async () => {
    const tenant = await clients.databases.add();
    const governor = governing();
    const client = await clients.open(tenant, governor);
    const running = [busyFor(client, 30), busyFor(client, 30)].map((query) => refusalOf(query));
    await until(async () => (await clients.backends(tenant)) === 2);
    await clients.kill(tenant);
    expect(await Promise.all(running)).toEqual([
      expect.objectContaining(unavailable),
      expect.objectContaining(unavailable),
    ]);
    expect(await client.prisma.user.count()).toBe(0);
    await until(async () => governor.connections() === (await clients.backends(tenant)));
  });

  it('answers so inside of transactions too', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant);
    const transaction = client.prisma.$transaction(async (tx) => {
      await tx.user.count();
      await clients.kill(tenant);
      return tx.user.count();
    });
    expect(await refusalOf(transaction)).toMatchObject(unavailable);
    expect(await client.prisma.$transaction((tx) => tx.user.count())).toBe(0);
  });

  describe('within a transaction of a scope', () => {
    const scope = new TransactionScope<Prisma.TransactionClient>();
    /** Adds a user, and ends the session the first time, by `kill`; what was done after the commit. */
    const addUser = async (client: TenantClient, kill: () => Promise<void>) => {
      const done: number[] = [];
      let tries = 0;
      await scope.run(client, async (tx) => {
        const number = ++tries;
        await scope.afterCommit(() => void done.push(number));
        await tx.$executeRaw`INSERT INTO "User" ("email", "emailKey", "name", "role", "status") VALUES ('a@b.example', 'a@b.example', 'A', 'AGENT', 'ACTIVE')`;
        if (number === 1) await kill();
        await tx.user.count();
      });
      return done;
    };

    it('begins it anew if the database was closed meanwhile, once it is open again', async () => {
      const tenant = await clients.databases.add();
      const client = await clients.open(tenant);
      const may = (what: 'LOGIN' | 'NOLOGIN') =>
        clients.databases.query('postgres', `ALTER ROLE ${tenant.role} WITH ${what}`);
      const adding = addUser(client, async () => {
        await may('NOLOGIN');
        await clients.kill(tenant);
        setTimeout(() => void may('LOGIN'), 200);
      });
      expect(await adding).toEqual([2]);
      expect(await client.prisma.user.count()).toBe(1);
    });

    it('answers tenant_database_unavailable if only the session was ended', async () => {
      const tenant = await clients.databases.add();
      const client = await clients.open(tenant);
      expect(await refusalOf(addUser(client, () => clients.kill(tenant)))).toMatchObject(unavailable);
      expect(await client.prisma.user.count()).toBe(0);
    });
  });

  it('does not hand out an idle connection that was killed', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant);
    const before = await pidOf(client);
    await clients.kill(tenant);
    await until(() => client.pool.totalCount === 0);
    expect(await pidOf(client)).not.toBe(before);
  });

  it('finds a dead idle connection by its check', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant);
    await expect(client.pool.check()).resolves.toBeUndefined();
    await clients.databases.query(tenant.database, `UPDATE "TenantIdentity" SET "tenantId" = uuidv7()`);
    await expect(client.pool.check()).rejects.toThrow(WrongTenantDatabase);
  });
});

needing('pgbouncer')('a PgBouncer that asks PostgreSQL for its users', () => {
  let pooler: Awaited<ReturnType<typeof startAskingPgBouncer>>;

  beforeAll(async () => {
    pooler = await startAskingPgBouncer(urlOf('postgres'));
  });

  afterAll(() => pooler?.stop());

  it('knows no role while its database is being switched: requests wait until it may log in again', async () => {
    const tenant = await clients.databases.add();
    const may = (what: 'LOGIN' | 'NOLOGIN') =>
      clients.databases.query('postgres', `ALTER ROLE ${tenant.role} WITH ${what}`);
    const place = { host: '127.0.0.1', port: pooler.port, throughPooler: true, namedStatements: false };
    await may('NOLOGIN');
    const opening = clients.open(tenant, governing(), place);
    await until(() => pooler.process.log.includes('no such user'));
    await may('LOGIN');
    expect(await (await opening).prisma.user.count()).toBe(0);
  });
});

describe('a database that cannot be reached', () => {
  it('is answered as unavailable when it was dropped, and its client says so', async () => {
    const tenant = await clients.databases.add();
    const broken: unknown[] = [];
    const client = await clients.open(tenant, governing(), { onBroken: (error) => broken.push(error) });
    await clients.databases.drop(tenant.database);
    await until(() => client.pool.totalCount === 0);
    expect(await refusalOf(client.prisma.user.count())).toMatchObject(unavailable);
    expect(broken).toHaveLength(1);
  });

  it('is answered as unavailable when nothing listens', async () => {
    const tenant = await clients.databases.add();
    await expect(clients.open(tenant, governing(), { port: 1 })).rejects.toMatchObject(unavailable);
  });

  it('is answered as unavailable when the password is wrong', async () => {
    const tenant = await clients.databases.add();
    await expect(clients.open(tenant, governing(), { user: 'nobody_of_this_name' })).rejects.toMatchObject(unavailable);
  });

  it('is answered as unavailable when the server keeps silent, and gives the place back', async () => {
    const tenant = await clients.databases.add();
    const { port } = await strangeServer('keep silent');
    const governor = governing();
    await expect(clients.open(tenant, governor, { port })).rejects.toMatchObject(unavailable);
    await until(() => governor.connections() === 0);
  });

  it('is not asked again and again', async () => {
    const tenant = await clients.databases.add();
    const { port, connections } = await strangeServer('refuse');
    const breaker = new Breaker();
    for (let i = 0; i < 20; i++)
      await expect(clients.open(tenant, governing(), { port, breaker })).rejects.toMatchObject(unavailable);
    expect(connections()).toBeLessThan(20);
  });

  it('is served again by itself once it is back', async () => {
    const tenant = await clients.databases.add();
    const breaker = new Breaker();
    await expect(clients.open(tenant, governing(), { port: 1, breaker })).rejects.toMatchObject(unavailable);
    await until(() =>
      clients.open(tenant, governing(), { breaker }).then(
        () => true,
        () => false,
      ),
    );
  });
});

describe('a database of another tenant', () => {
  it('is never served', async () => {
    const [acme, globex] = [await clients.databases.add(), await clients.databases.add()];
    const error: unknown = await clients
      .open({ ...globex, tenantId: acme.tenantId })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(unavailable);
    expect(findCause(error, WrongTenantDatabase)?.message).toContain(globex.tenantId);
  });

  it('is never served by a client that was opened before it changed hands', async () => {
    const tenant = await clients.databases.add();
    const client = await clients.open(tenant);
    await clients.databases.query(tenant.database, `UPDATE "TenantIdentity" SET "tenantId" = uuidv7()`);
    await clients.kill(tenant);
    await until(() => client.pool.totalCount === 0);
    expect(await refusalOf(client.prisma.user.findMany())).toMatchObject(unavailable);
  });

  it('is not served either when it belongs to nobody', async () => {
    const tenant = await clients.databases.add();
    await clients.databases.query(tenant.database, 'DELETE FROM "TenantIdentity"');
    await expect(clients.open(tenant)).rejects.toMatchObject(unavailable);
    const error: unknown = await clients
      .open({ ...tenant, database: await clients.databases.create('control') })
      .catch((thrown: unknown) => thrown);
    expect(findCause(error, WrongTenantDatabase)).toBeDefined();
  });
});
