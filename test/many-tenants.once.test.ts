import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin, connected, needing, OwnPostgres } from '@helpdeskly/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { print } from './load.js';
import { Fleet } from './outage.js';

const tenants = 200;
const rotationMs = 15_000;
/**
 * The formula of docs/operations.md for 200 hot tenants on a server of 300 connections: 13 are reserved, 40 planned for
 * control-api and 5 for each app-api. A pool of one connection for each tenant, without a reserve, is what fits.
 */
const share = 0.9 * (300 - 13 - 40 - 2 * 5);
const poolSize = Math.floor(share / tenants);

needing('pgbouncer', 'redis-server')('200 tenants in rotation through PgBouncer', () => {
  let postgres: OwnPostgres;
  let fleet: Fleet;

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    fleet = await Fleet.start(tenants);
    const console = fleet.system.installation.servers?.pgbouncer.adminUrl ?? '';
    await connected(console, async (client) => {
      await client.query(`SET default_pool_size = ${poolSize}`);
      await client.query('SET reserve_pool_size = 0');
    });
  });

  afterAll(async () => {
    await fleet.stop();
    await postgres.remove();
  });

  it('never hold more connections than the cap, and lead to no error', async () => {
    const cap = tenants * poolSize;
    expect(await maxConnections()).toBe(300);
    const databases = fleet.tenants.map(({ databaseName }) => databaseName);
    const samples: number[] = [];
    const load = fleet.load(24, 5);
    await asAdmin(async (admin) => {
      for (const end = performance.now() + rotationMs; performance.now() < end; await sleep(100)) {
        const { rows } = await admin.query<{ held: number }>(
          `SELECT count(*)::int AS held FROM pg_stat_activity WHERE datname = ANY ($1) AND application_name = 'helpdeskly-app'`,
          [databases],
        );
        samples.push(rows[0]?.held ?? 0);
      }
    });
    await load.stop();
    print('200 tenants in rotation through PgBouncer by two app-api processes', {
      requests: load.answers.length,
      answers: load.summary(),
      'requests a second': Math.round((load.answers.length / rotationMs) * 1000),
      'longest answer (ms)': Math.round(Math.max(...load.answers.map(({ ms }) => ms))),
      'connections of tenants at most, cap, 0.9 S': [Math.max(...samples), cap, Math.floor(share)],
      samples: samples.length,
    });
    expect(load.failures).toEqual([]);
    expect(Math.max(...samples)).toBeLessThanOrEqual(cap);
    expect(Math.max(...samples)).toBeGreaterThan(0);
  });
});

const maxConnections = () =>
  asAdmin(async (admin) =>
    Number((await admin.query<{ max_connections: string }>('SHOW max_connections')).rows[0]?.max_connections),
  );
