import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, until } from '@helpdeskly/testing';
import type { PoolClient } from 'pg';
import { ServerConnections } from '../src/server-connections/server-connections.js';
import { MigrationFleet, type FleetTenant } from './migration-fleet.js';

let fleet: MigrationFleet;
let one: FleetTenant;
let other: FleetTenant;

beforeAll(async () => {
  fleet = await MigrationFleet.start(2);
  [one, other] = fleet.tenants as [FleetTenant, FleetTenant];
});
afterEach(() => fleet.forget());
afterAll(() => fleet.stop());

/** While somebody holds a lock in a tenant's database. */
const whileHeld = <T>(tenant: FleetTenant, lock: string, work: (release: () => Promise<unknown>) => Promise<T>) =>
  connected(`${fleet.urlOf(tenant)}?application_name=report`, async (holder) => {
    await holder.query(`BEGIN; ${lock}`);
    return work(() => holder.query('ROLLBACK'));
  });

const invalid = (tenant: FleetTenant) =>
  fleet.ask(tenant, 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid');

describe('a script that has lifted its own limits', () => {
  it.each([
    ['a table', 'ALTER TABLE "User" ADD COLUMN "patient" int', 'LOCK TABLE "User" IN ACCESS SHARE MODE'],
    ['an advisory lock', 'SELECT pg_advisory_xact_lock(4711)', 'SELECT pg_advisory_lock(4711)'],
  ])('waits no longer than others for %s: the tenant FAILS with who holds it', async (_what, sql, lock) => {
    await fleet.add(`SET lock_timeout = 0; SET statement_timeout = 0; ${sql}`);
    await whileHeld(one, lock, async () => {
      const done = await fleet.run();
      expect(done).toMatchObject({ status: 'FAILED', counts: { done: 1, failed: 1 } });
      const [failed] = await fleet.statesOf(done.id, '&state=FAILED');
      expect(failed.tenantId).toBe(one.id);
      expect(failed.cause).toMatchObject({
        sqlState: '55P03',
        message: expect.stringMatching(
          /waited for a lock for too long; held by report \(user postgres, idle in transaction/,
        ),
      });
    });
  });

  it('waits no longer once its run is cancelled, and applies nothing', async () => {
    await fleet.add('SET lock_timeout = 0; SET statement_timeout = 0; ALTER TABLE "User" ADD COLUMN "unwanted" int');
    await whileHeld(one, 'LOCK TABLE "User" IN ACCESS SHARE MODE', async () => {
      const id = await fleet.begin({ tenants: [one.id] });
      await until(async () => {
        const [waiting] = await fleet.ask(
          one,
          `SELECT FROM pg_locks WHERE NOT granted AND relation = '"User"'::regclass`,
        );
        return waiting !== undefined;
      });
      await fleet.owner.post(`/migration-runs/${id}/cancel`);
      expect(await fleet.ended(id)).toMatchObject({ status: 'CANCELLED', counts: { pending: 1, failed: 0 } });
    });
    expect(await fleet.ask(one, `SELECT FROM pg_attribute WHERE attname = 'unwanted'`)).toEqual([]);
  });
});

describe('an invalid unique index that a failed migration leaves', () => {
  let number = 0;
  /** A table with a duplicate in one tenant, and a migration that wants it unique. */
  async function prepare(): Promise<string> {
    const table = `Many${++number}`;
    await fleet.add(`CREATE TABLE "${table}" (x int)`);
    expect(await fleet.run()).toMatchObject({ status: 'SUCCEEDED' });
    await fleet.ask(one, `INSERT INTO "${table}" VALUES (1), (1)`);
    await fleet.add(`CREATE UNIQUE INDEX CONCURRENTLY "${table}_x" ON public."${table}" (x)`);
    return table;
  }

  it('is dropped by the run as soon as whoever keeps it lets go; the cause stays the duplicate', async () => {
    const table = await prepare();
    await whileHeld(one, `SELECT FROM "${table}"`, async (release) => {
      const id = await fleet.begin();
      await until(async () => (await invalid(one)).length === 1);
      await until(async () => {
        const [dropping] = await fleet.ask(
          one,
          `SELECT FROM pg_stat_activity WHERE query LIKE 'DROP INDEX CONC%' AND state = 'active'`,
        );
        return dropping !== undefined;
      });
      await release();
      expect(await fleet.ended(id)).toMatchObject({ status: 'FAILED', counts: { done: 1, failed: 1 } });
      const [{ cause }] = await fleet.statesOf(id, '&state=FAILED');
      expect(cause).toMatchObject({ sqlState: '23505', message: expect.not.stringContaining('is left') });
    });
    expect(await invalid(one)).toEqual([]);
    expect(await invalid(other)).toEqual([]);
  });

  it('is named beside the cause when it stays, and is dropped first at the next try', async () => {
    const table = await prepare();
    const id = await whileHeld(one, `SELECT FROM "${table}"`, async () => {
      const done = await fleet.run();
      const [{ cause }] = await fleet.statesOf(done.id, '&state=FAILED');
      expect(cause).toMatchObject({
        sqlState: '23505',
        message: expect.stringContaining(`the invalid index public."${table}_x" is left`),
      });
      return done.id;
    });
    await fleet.owner.post(`/migration-runs/${id}/retry`);
    expect(await fleet.ended(id)).toMatchObject({ status: 'FAILED', counts: { failed: 1 } });
    expect(await invalid(one)).toEqual([]);
    await fleet.ask(one, `DELETE FROM "${table}"`);
    await fleet.owner.post(`/migration-runs/${id}/retry`);
    expect(await fleet.ended(id)).toMatchObject({ status: 'SUCCEEDED', counts: { done: 2 } });
  });
});

describe('a control plane whose own connections are all in use', () => {
  it('does not take a server that answers for one that hangs', async () => {
    await fleet.add(`SELECT pg_sleep(9) FROM "TenantIdentity"`);
    const servers = fleet.api.app.get(ServerConnections, { strict: false });
    const [id] = await servers.ids('ACTIVE');
    const { brief } = await servers.server(id!);
    const taken: PoolClient[] = [];
    try {
      while (taken.length < brief.options.max) taken.push(await brief.connect());
      expect(await fleet.run()).toMatchObject({ status: 'SUCCEEDED', counts: { done: 2 } });
    } finally {
      for (const client of taken) client.release();
    }
  });
});
