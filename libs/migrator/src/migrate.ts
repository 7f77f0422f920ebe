import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inSpan } from '@helpdeskly/telemetry';
import pg from 'pg';
import { MigrationDrift, MigrationFailed, MigrationLocked } from './errors.js';
import type { Migration } from './migrations.js';
import { runScript } from './script.js';
import { isOneTransaction } from './statements.js';

export interface MigrateOptions {
  /** A role to own what the migrations make: they run under `SET ROLE`. */
  readonly asRole?: string;
}

export interface MigrateResult {
  /** The names applied now, in order. */
  readonly applied: readonly string[];
}

/** A finished row of Prisma's table. */
export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** The lock that Prisma's own engine takes, so that the two never run at once. */
const prismaLock = 72_707_369;
const longestPauseMs = 200;
/** Longer than most migrations take; whoever waits comes back. */
const lockPatienceMs = 600_000;

/** Source: the table that `prisma migrate deploy` creates. */
const createTable = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies the migrations that a database lacks, each as one atomic message, under an advisory lock: two of these at once
 * apply each migration once. Needs a direct connection, in no transaction. A migration and its record are committed together,
 * unless its script ends transactions itself or may not run in one: whoever dies in between then leaves it to be run again.
 * A failed migration is recorded as Prisma does
 * (`logs`, no `finished_at`), marked as rolled back by the next run, and tried again then.
 *
 * Throws MigrationLocked, MigrationDrift before anything is applied, and MigrationFailed at the first migration that PostgreSQL refuses.
 */
export async function migrate(
  client: pg.ClientBase,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  await lock(client);
  try {
    if (options.asRole !== undefined) await client.query(`SET ROLE ${pg.escapeIdentifier(options.asRole)}`);
    const before = new Map((await appliedMigrations(client)).map(({ name, checksum }) => [name, checksum]));
    const drifted = migrations.filter(({ name, checksum }) => before.has(name) && before.get(name) !== checksum);
    if (drifted.length > 0) throw new MigrationDrift(drifted.map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !before.has(name));
    if (pending.length > 0) await client.query(createTable);
    for (const migration of pending) {
      await inSpan('apply a migration', { 'helpdeskly.migration': migration.name }, () => apply(client, migration));
    }
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.query(`RESET ROLE; SELECT pg_advisory_unlock(${prismaLock})`).catch(() => undefined); // A broken connection has neither.
  }
}

/**
 * Asks again and again instead of waiting within PostgreSQL: a statement that waits holds a snapshot, and `CREATE INDEX
 * CONCURRENTLY` under the lock would wait for that snapshot, each for the other. Throws MigrationLocked.
 */
async function lock(client: pg.ClientBase): Promise<void> {
  const giveUpAt = performance.now() + lockPatienceMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [prismaLock]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > giveUpAt) throw new MigrationLocked();
    await sleep(pauseMs);
  }
}

/** The migrations that a database has, oldest first; none when it has no `_prisma_migrations` yet. */
export async function appliedMigrations(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  const { rows: tables } = await client.query(
    `SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_prisma_migrations'`,
  );
  if (tables.length === 0) return [];
  const { rows } = await client.query<AppliedMigration>(
    `SELECT "migration_name" AS "name", "checksum" FROM "_prisma_migrations"
      WHERE "finished_at" IS NOT NULL AND "rolled_back_at" IS NULL ORDER BY "started_at", "migration_name"`,
  );
  return rows;
}

async function apply(client: pg.ClientBase, { name, checksum, sql }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query(
    `UPDATE "_prisma_migrations" SET "rolled_back_at" = now()
      WHERE "migration_name" = $1 AND "finished_at" IS NULL AND "rolled_back_at" IS NULL`,
    [name],
  );
  await client.query(
    `INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at") VALUES ($1, $2, $3, clock_timestamp())`,
    [id, checksum, name],
  );
  const finished = `UPDATE "_prisma_migrations" SET "finished_at" = clock_timestamp(), "applied_steps_count" = 1 WHERE "id" = '${id}'`;
  const together = isOneTransaction(sql);
  const failure = await runScript(client, together ? `${sql}\n;${finished}` : sql);
  if (failure !== undefined) {
    const { code } = failure.error as { code?: string };
    const failed = new MigrationFailed(name, code, failure.statement, failure.error);
    // When the connection broke this fails too: the row without `finished_at` says enough, to Prisma as well.
    await client
      .query(`UPDATE "_prisma_migrations" SET "logs" = $2 WHERE "id" = $1`, [id, failed.message])
      .catch(() => undefined);
    throw failed;
  }
  if (!together) await client.query(finished);
}
