import {
  connected,
  OtherPostgres,
  OwnPostgres,
  startPgBouncer,
  startSystem,
  until,
  type System,
  type TestTenant,
} from '@helpdeskly/testing';
import { expect } from '@jest/globals';

interface Server {
  readonly id: string;
  /** As its superuser. */
  readonly adminUrl: string;
}

/** What is on a server of a tenant. */
interface Holding {
  readonly databases: readonly string[];
  /** How many of its roles may log in. */
  readonly logins: number;
  /** Replication slots, anybody's. */
  readonly slots: number;
}

/** Both servers' holdings when nothing has moved, and when a move is over. */
export const atHome: Record<'first' | 'second', Holding> = {
  first: { databases: ['own'], logins: 1, slots: 0 },
  second: { databases: [], logins: 0, slots: 0 },
};
export const moved: Record<'first' | 'second', Holding> = {
  first: { databases: ['own_moved'], logins: 0, slots: 0 },
  second: { databases: ['own'], logins: 1, slots: 0 },
};

export const ask = async (url: string, sql: string, ...values: unknown[]): Promise<any[]> =>
  connected(url, async (client) => (await client.query(sql, values)).rows);

/** A system whose tenants begin on the first server, and may move to the second one. */
export class TwoServers {
  private constructor(
    readonly system: System,
    readonly first: Server,
    readonly second: Server,
    /** For the process that carries out moves. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly ends: readonly (() => Promise<unknown>)[],
  ) {}

  /** Another process carries out what the control API orders. `pooled`: app-api reaches each server through a PgBouncer of its own. */
  static async start({ pooled = false } = {}): Promise<TwoServers> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      const own = await OwnPostgres.start({ settings: { wal_level: 'logical' } });
      ends.push(() => own.remove());
      const second = await OtherPostgres.start();
      ends.push(() => second.remove());
      const poolers = pooled ? await startPoolers(own.adminUrl, second.adminUrl, ends) : undefined;
      const { control = {}, app = {} } = poolers ?? {};
      const system = await startSystem({ pooled: false, workers: false, control, app });
      ends.push(() => system.close());
      await ask(own.adminUrl, 'ALTER ROLE helpdeskly_admin REPLICATION');
      const { port, adminUrl } = second;
      const input = { name: 'second', host: '127.0.0.1', port, adminUrl, maxTenants: 100, ...poolers?.second };
      const { status, body } = await system.operator.post('/database-servers', input);
      expect([status, body.detail]).toEqual([201, undefined]);
      const [first] = (await system.operator.get('/database-servers?sort=createdAt')).body.data;
      const places = [
        { id: first.id, adminUrl: own.adminUrl },
        { id: body.id, adminUrl },
      ] as const;
      return new TwoServers(system, ...places, { ...system.installation.environment, ...control }, ends);
    } catch (error) {
      for (const end of ends.reverse()) await end();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const end of [...this.ends].reverse()) await end();
  }

  /** Sets whether the second server takes tenants. */
  admit(state: 'ACTIVE' | 'DRAINING' | 'OFFLINE') {
    return this.system.operator.patch(`/database-servers/${this.second.id}`, { state });
  }

  async tenantOnFirst(): Promise<TestTenant> {
    await this.admit('DRAINING');
    const tenant = await this.system.createTenant();
    await this.admit('ACTIVE');
    return tenant;
  }

  order({ id }: TestTenant, serverId: string) {
    return this.system.operator.post(`/tenants/${id}/moves`, { serverId });
  }

  async read(id: string): Promise<any> {
    return (await this.system.operator.get(`/moves/${id}`)).body;
  }

  async serverOf({ id }: TestTenant): Promise<string> {
    return (await this.system.operator.get(`/tenants/${id}`)).body.serverId;
  }

  /** The id of a move to the second server. */
  async begun(tenant: TestTenant): Promise<string> {
    const { status, body } = await this.order(tenant, this.second.id);
    expect([status, body.detail]).toEqual([202, undefined]);
    return body.id;
  }

  /** The move when it is over. On a machine with too much to do a pause may be too long, again and again: it is ordered anew. */
  async ended(tenant: TestTenant, first: string): Promise<any> {
    let id = first;
    await until(
      async () => {
        const { status, error } = await this.read(id);
        if (status !== 'ROLLED_BACK') return status === 'DONE';
        expect(error).toMatch(/could not be switched within 2000 ms|a session that does not end/);
        expect(await this.holdings(tenant)).toEqual(atHome);
        id = await this.begun(tenant);
        return false;
      },
      () => this.read(id),
    );
    return this.read(id);
  }

  async holdings({ id }: TestTenant): Promise<Record<'first' | 'second', Holding>> {
    const like = `%${id.replaceAll('-', '')}%`;
    const of = async ({ adminUrl }: Server): Promise<Holding> => ({
      databases: (
        await ask(adminUrl, 'SELECT datname AS name FROM pg_database WHERE datname LIKE $1 ORDER BY 1', like)
      ).map(({ name }) => name.replace(/^hd_scratch_.*$/, 'copy').replace(/^t_[0-9a-f]{32}/, 'own')),
      logins: (await ask(adminUrl, 'SELECT FROM pg_roles WHERE rolname LIKE $1 AND rolcanlogin', like)).length,
      slots: (await ask(adminUrl, 'SELECT FROM pg_replication_slots')).length,
    });
    return { first: await of(this.first), second: await of(this.second) };
  }
}

/** Two PgBouncers, which read the same users: what the processes are told of them, and what the second server's registration says. */
async function startPoolers(first: string, second: string, ends: (() => Promise<unknown>)[]) {
  const before = await startPgBouncer(first);
  ends.push(() => before.stop());
  const other = await startPgBouncer(second, before);
  ends.push(() => other.stop());
  const app = { TENANT_POOLER_ADDRESS: before.address };
  const control = {
    ...app,
    TENANT_POOLER_ADMIN_URL: `${before.adminUrl},${other.adminUrl}`,
    TENANT_POOLER_USERLIST: before.userlist,
  };
  return { app, control, second: { poolerAddress: other.address } };
}

/** What a tenant's database says on one of the servers. */
export function askIn({ adminUrl }: Server, database: string, sql: string): Promise<any[]> {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return ask(url.href, sql);
}

/** The titles of all tickets, in the order of their numbers. */
export async function titlesOf({ admin }: Pick<TestTenant, 'admin'>): Promise<string[]> {
  const found: string[] = [];
  for (let next = '/tickets?limit=100&sort=number'; ;) {
    const { body } = await admin.get(next);
    found.push(...body.data.map(({ title }: { title: string }) => title));
    if (!body.meta.hasMore) return found;
    next = `/tickets?limit=100&sort=number&cursor=${body.meta.nextCursor}`;
  }
}

/** What people did while `during` lasted, and what was answered otherwise than it should have been. */
export interface Traffic {
  /** Titles of the tickets that were opened. */
  readonly opened: readonly string[];
  /** How many comments were written. */
  readonly comments: number;
  readonly failures: readonly unknown[];
}

/** Three people open, answer, change and read tickets all the time, until `during` is over and each has done something after it. */
export async function withTraffic({ admin }: TestTenant, during: () => Promise<void>): Promise<Traffic> {
  const opened: string[] = [];
  let comments = 0;
  const failures: unknown[] = [];
  let over = false;
  const expected = ({ status, body }: { status: number; body: any }, wanted: number) => {
    if (status !== wanted) failures.push([status, body.code, body.detail]);
    return status === wanted;
  };
  const person = async (who: number) => {
    for (let count = 0, isLast = false; !isLast; count++) {
      isLast = over;
      const title = `${who}-${count}`;
      const ticket = await admin.post('/tickets', { title, description: 'x' });
      if (!expected(ticket, 201)) continue;
      opened.push(title);
      const path = `/tickets/${ticket.body.id}`;
      if (expected(await admin.post(`${path}/comments`, { body: 'y' }), 201)) comments++;
      expected(await admin.patch(path, { priority: 'HIGH' }), 200);
      expected(await admin.get('/tickets?limit=5'), 200);
      expected(await admin.get(path), 200);
    }
  };
  const people = [0, 1, 2].map(person);
  try {
    await during();
  } finally {
    over = true;
    await Promise.all(people);
  }
  return { opened, comments, failures };
}

/** Moves a tenant from the first server to the second under traffic: no request fails, and nothing is lost. Answers whom, and what was opened. */
export async function movedUnderTraffic(
  servers: TwoServers,
): Promise<{ tenant: TestTenant; opened: readonly string[] }> {
  const tenant = await servers.tenantOnFirst();
  await tenant.admin.post('/tickets', { title: 'Before', description: 'x' });
  const { opened, comments, failures } = await withTraffic(tenant, async () => {
    const move = await servers.ended(tenant, await servers.begun(tenant));
    expect(move).toMatchObject({ status: 'DONE', verified: true, error: null, lagBytes: 0 });
    expect(move.pauseMs).toBeGreaterThan(0);
  });
  expect(failures).toEqual([]);
  expect(await servers.serverOf(tenant)).toBe(servers.second.id);
  expect((await titlesOf(tenant)).sort()).toEqual(['Before', ...opened].sort());
  const count = `SELECT count(*)::int AS "written" FROM "Comment" WHERE "body" = 'y'`;
  expect(await askIn(servers.second, tenant.databaseName, count)).toEqual([{ written: comments }]);
  expect(await servers.holdings(tenant)).toEqual(moved);
  return { tenant, opened };
}
