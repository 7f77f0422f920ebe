import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { MigrationDrift, MigrationFailed } from './errors.js';
import type { Migration } from './migrations.js';

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
 * apply each migration once. Needs a direct connection. A failed migration is recorded as Prisma does (`logs`, no
 * `finished_at`), marked as rolled back by the next run, and tried again then.
 *
 * Throws MigrationDrift before anything is applied, and MigrationFailed at the first migration that PostgreSQL refuses.
 */
export async function migrate(client: pg.ClientBase, migrations: readonly Migration[], options: MigrateOptions = {}): Promise<MigrateResult> {
  await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
  try {
    if (options.asRole !== undefined) await client.query(`SET ROLE ${pg.escapeIdentifier(options.asRole)}`);
    const before = new Map((await appliedMigrations(client)).map(({ name, checksum }) => [name, checksum]));
    const drifted = migrations.filter(({ name, checksum }) => before.has(name) && before.get(name) !== checksum);
    if (drifted.length > 0) throw new MigrationDrift(drifted.map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !before.has(name));
    if (pending.length > 0) await client.query(createTable);
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name) };
  } finally {
    await client.query('RESET ROLE; SELECT pg_advisory_unlock_all()').catch(() => undefined); // A broken connection has neither.
  }
}

/** The migrations that a database has, oldest first; none when it has no `_prisma_migrations` yet. */
export async function appliedMigrations(client: pg.ClientBase): Promise<readonly AppliedMigration[]> {
  const { rows: tables } = await client.query(`SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_prisma_migrations'`);
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
  await client.query(`INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "started_at") VALUES ($1, $2, $3, clock_timestamp())`, [id, checksum, name]);
  try {
    await client.query(sql);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const failure = describe(name, sql, error);
    await client.query(`UPDATE "_prisma_migrations" SET "logs" = $2 WHERE "id" = $1`, [id, failure.message]);
    throw failure;
  }
  await client.query(`UPDATE "_prisma_migrations" SET "finished_at" = clock_timestamp(), "applied_steps_count" = 1 WHERE "id" = $1`, [id]);
}

function describe(name: string, sql: string, error: Error): MigrationFailed {
  const { code, position } = error as { code?: string; position?: string };
  return new MigrationFailed(name, code, statementAt(sql, position), error);
}

/** The line that PostgreSQL's error position (characters, from 1) points at. */
function statementAt(sql: string, position: string | undefined): string | undefined {
  if (position === undefined) return undefined;
  const characters = [...sql].slice(0, Number(position) - 1).join('');
  const start = characters.lastIndexOf('\n') + 1;
  return sql.slice(start).split('\n', 1)[0]?.trim();
}
