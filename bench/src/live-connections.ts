import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { System } from './system.js';

/** Connections of all app APIs to tenants' databases. */
interface Connections {
  /** While there was no stream. */
  readonly before: number;
  /** At any moment from then on. */
  readonly most: number;
  /** While streams were open, and nothing happened in them. */
  readonly idle: number;
}

const lookMs = 50;
/** Far longer than connections are kept that nobody uses. */
const patienceMs = 20_000;

/** Counts them while `work` opens streams; it calls back when they are open and nothing happens. */
export async function connectionsWhile(
  system: System,
  work: (idle: () => Promise<void>) => Promise<void>,
): Promise<Connections> {
  const client = new pg.Client(system.postgres.adminUrl);
  await client.connect();
  const count = async () => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS "count" FROM pg_stat_activity WHERE application_name = 'helpdeskly-app'`,
    );
    return rows[0]?.count ?? NaN;
  };
  /** The fewest that are left when those that nobody uses are closed. */
  const settled = async () => {
    let fewest = await count();
    for (const until = performance.now() + patienceMs; fewest > 0 && performance.now() < until; await sleep(lookMs))
      fewest = Math.min(fewest, await count());
    return fewest;
  };
  let [most, idle, over] = [0, NaN, false];
  const watching = async () => {
    for (; !over; await sleep(lookMs)) most = Math.max(most, await count());
  };
  try {
    const before = await settled();
    const watched = watching();
    try {
      await work(async () => {
        idle = await settled();
      });
    } finally {
      over = true;
      await watched;
    }
    return { before, most, idle };
  } finally {
    await client.end();
  }
}
