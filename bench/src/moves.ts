import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  administratorRole,
  prepareTenantServer,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@helpdeskly/embedded-postgres';
import type pg from 'pg';
import { emptied, tablesOf } from './bare-copy.js';
import { call, databaseUrl, operatorToken, signIn, withClient, type TenantAnswer } from './clients.js';
import { MoveLoad } from './move-load.js';
import { median, milliseconds, percentile, printRow, printTimes, timed } from './report.js';
import type { System } from './system.js';

interface Move {
  readonly id: string;
  readonly status: string;
  readonly verified: boolean;
  readonly pauseMs: number | null;
  readonly error: string | null;
  readonly switchedAt: string | null;
}

interface Sizes {
  readonly tickets: number;
  readonly rounds: number;
}

/** Moves the tenant to a second server and back under load, each time beside a bare subscription that copies the same tables to that server. */
export async function benchMoves(
  system: System,
  tenant: TenantAnswer,
  bare: TenantAnswer,
  sizes: Sizes,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-bench-second-'));
  const dataDir = join(folder, 'data');
  const second = await startEmbeddedPostgres({
    dataDir,
    password: 'second',
    settings: { wal_level: 'logical' },
  });
  try {
    const adminUrl = await prepareTenantServer(second.adminUrl, 'administrator');
    for (const url of [system.postgres.adminUrl, second.adminUrl])
      await withClient(url, (client) => client.query(`ALTER ROLE ${administratorRole} REPLICATION`));
    const token = await operatorToken(system);
    const servers = `${system.controlApi}/api/v1/database-servers`;
    const [first] = (await call<{ data: { id: string }[] }>(servers, { token })).body.data;
    const input = { name: 'second', host: '127.0.0.1', port: second.port, adminUrl, maxTenants: 100 };
    const added = await call<{ id: string }>(servers, { method: 'POST', token, body: input });
    const ids = { first: first?.id ?? '', second: added.body.id };
    await new Moves(system, ids, second.adminUrl, tenant).measure(bare, sizes);
  } finally {
    await second.stop();
    await removeEmbeddedPostgres(dataDir);
    await rm(folder, { recursive: true, force: true });
  }
}

class Moves {
  constructor(
    private readonly system: System,
    private readonly servers: { readonly first: string; readonly second: string },
    private readonly secondUrl: string,
    private readonly tenant: TenantAnswer,
  ) {}

  async measure(bare: TenantAnswer, { tickets, rounds }: Sizes): Promise<void> {
    await withClient(databaseUrl(this.system, bare), emptied);
    await this.move(bare, this.servers.second);
    const copies: number[] = [];
    const subscriptions: number[] = [];
    const pauses: number[] = [];
    const waits: number[] = [];
    const load = new MoveLoad(this.system.appApi, await signIn(this.system, this.tenant));
    const to = async (serverId: string) => {
      const { copyMs, move } = await this.move(this.tenant, serverId);
      copies.push(copyMs);
      pauses.push(move.pauseMs ?? Number.NaN);
      waits.push(load.longestAt(Date.parse(move.switchedAt ?? '')));
    };
    await load.during(async () => {
      for (let round = 0; round < rounds; round++) {
        subscriptions.push(await this.subscribe(bare));
        await to(this.servers.second);
        await to(this.servers.first);
      }
    });
    printTimes(`copy of a move of ${tickets} tickets, and a subscription's`, copies, subscriptions);
    const both = (sample: readonly number[]) =>
      [milliseconds(median(sample)), `p95 ${milliseconds(percentile(sample, 95))}`] as const;
    printRow(`pause of ${pauses.length} moves, p50`, ...both(pauses), (100 / percentile(pauses, 95)).toFixed(2));
    printRow('longest request around each switch, p50', ...both(waits), '');
    printRow('all requests, p50', ...both(load.all), '');
    printRow('requests', `${load.perSecond.toFixed(0)} a second`, `${load.all.length} in all`, '');
    printRow('failed requests', String(load.failures.length), '', '');
    for (const failure of load.failures.slice(0, 5)) console.log(`  ${failure}`);
  }

  /** Returns it when it is DONE, and for how long it copied. */
  private async move({ id }: TenantAnswer, serverId: string): Promise<{ copyMs: number; move: Move }> {
    const token = await operatorToken(this.system);
    const url = `${this.system.controlApi}/api/v1`;
    const since = performance.now();
    let copyMs: number | undefined;
    let { body: move } = await call<Move>(`${url}/tenants/${id}/moves`, { method: 'POST', token, body: { serverId } });
    while (move.status !== 'DONE') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ({ body: move } = await call<Move>(`${url}/moves/${move.id}`, { token }));
      if (move.status !== 'COPYING') copyMs ??= performance.now() - since;
      if (move.status === 'ROLLED_BACK') throw new Error(`a move was rolled back: ${move.error}`);
    }
    if (!move.verified) throw new Error('a move was not verified');
    return { copyMs: copyMs ?? Number.NaN, move };
  }

  /** How long PostgreSQL takes for the first copy of all tables. */
  private subscribe(bare: TenantAnswer): Promise<number> {
    return withClient(databaseUrl(this.system, this.tenant), (source) =>
      withClient(this.onSecond(bare), async (target) => {
        await emptied(target);
        const tables = await tablesOf(source);
        await source.query(`CREATE PUBLICATION bench FOR TABLE ${tables.map((name) => `"${name}"`).join(', ')}`);
        const taken = await timed(() => this.copied(target));
        await target.query('DROP SUBSCRIPTION bench');
        await source.query('DROP PUBLICATION bench');
        return taken;
      }),
    );
  }

  private async copied(target: pg.Client): Promise<void> {
    const from = databaseUrl(this.system, this.tenant).replaceAll("'", "''");
    await target.query(`CREATE SUBSCRIPTION bench CONNECTION '${from}' PUBLICATION bench`);
    const missing = `SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r' LIMIT 1`;
    while ((await target.query(missing)).rowCount !== 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  private onSecond({ databaseName }: TenantAnswer): string {
    const url = new URL(this.secondUrl);
    url.pathname = `/${databaseName}`;
    return url.href;
  }
}
