import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from '@helpdeskly/database';
import { escapeIdentifier } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { publicationName, slotName } from './names.js';
import { ownerRole, type Queryable } from './server-roles.js';

const lookMs = 20;
/** How long to wait for transactions of anybody on the server that had begun before, in milliseconds. */
const patienceMs = 30_000;

/** Raised while transactions have not ended that had begun before a slot could. */
export class TransactionInTheWay extends Error {
  constructor() {
    super(`a transaction on the server has not ended for ${patienceMs / 1000} s`);
    this.name = 'TransactionInTheWay';
  }
}

/**
 * Makes the slot that keeps a database's changes from now on, and their publication. A snapshot that is taken afterwards has all others.
 * Throws TransactionInTheWay.
 */
export async function makeChangeSlot(client: Queryable, tenantId: string, tables: readonly string[]): Promise<void> {
  const names = tables.map((name) => `public.${escapeIdentifier(name)}`).join(', ');
  // First the publication: the stream looks for it as of the moment of each change.
  await client.query(`SET ROLE ${ownerRole}; CREATE PUBLICATION ${publicationName} FOR TABLE ${names}; RESET ROLE`);
  await client.query(`SET lock_timeout = ${patienceMs}`);
  try {
    await client.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slotName(tenantId)]);
  } catch (error) {
    throw sqlState(error) === '55P03' ? new TransactionInTheWay() : error; // lock_not_available
  }
  await allEnded(client);
}

/**
 * Until each transaction that runs now has ended. One that committed just before the slot began is not in the slot, and may still look
 * unfinished to a snapshot: its commit is in the log before others see it.
 */
async function allEnded(client: Queryable): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  const { rows } = await client.query<{ next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  const isOver = 'SELECT FROM (VALUES (1)) now WHERE pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8';
  while ((await client.query(isOver, [rows[0]?.next])).rowCount === 0) {
    if (performance.now() > giveUpAt) throw new TransactionInTheWay();
    await sleep(lookMs);
  }
}

/** Drops both, if they are there: a slot that nobody reads keeps the server's log, until the disk is full. */
export async function dropChangeSlot(server: TenantServer, tenantId: string, database: string): Promise<void> {
  await dropSlot(server, slotName(tenantId));
  const { rowCount } = await server.admin.query('SELECT FROM pg_database WHERE datname = $1 AND datallowconn', [
    database,
  ]);
  if (rowCount !== 0) await dropPublication(server, database);
}

/** Drops a slot, if it is there, and the publication in its database; returns whether it was. */
export async function dropSlot(server: TenantServer, slot: string): Promise<boolean> {
  const { rows } = await server.admin.query<{ database: string; reader: number | null }>(
    'SELECT database::text AS database, active_pid AS reader FROM pg_replication_slots WHERE slot_name = $1',
    [slot],
  );
  const [found] = rows;
  if (found === undefined) return false;
  if (found.reader !== null) await server.admin.query('SELECT pg_terminate_backend($1, 3000)', [found.reader]);
  const client = await server.connect(found.database); // A slot is dropped from within its own database.
  try {
    await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
      slot,
    ]);
  } finally {
    await client.end();
  }
  await dropPublication(server, found.database);
  return true;
}

async function dropPublication(server: TenantServer, database: string): Promise<void> {
  const client = await server.connect(database);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_publication WHERE pubname = $1', [publicationName]);
    if (rowCount !== 0) await client.query(`SET ROLE ${ownerRole}; DROP PUBLICATION IF EXISTS ${publicationName}`);
  } finally {
    await client.end();
  }
}
