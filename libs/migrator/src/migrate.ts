import { inSpan } from '@helpdeskly/telemetry';
import pg from 'pg';
import { driftOf } from './drift.js';
import { InvalidIndex, MigrationDrift, MigrationFailed } from './errors.js';
import { appliedMigrations, createTable, Try } from './history.js';
import { indexWorkOf } from './index-work.js';
import { assertBuilt, dropLeftovers, isDone, settleIndexes } from './indexes.js';
import type { Migration } from './migrations.js';
import { foreignObjects, refuseForeignObjects } from './owners.js';
import { runScript, type ScriptFailure } from './script.js';
import { MigrationSession, type SessionOptions } from './session.js';
import { isOneTransaction } from './statements.js';

export interface MigrateOptions extends SessionOptions {
  /**
   * Migrations that a database may have beside those to be applied. Without it any, since a newer build may have been here;
   * but never one whose script has another name now.
   */
  readonly known?: ReadonlySet<string>;
  /** What belongs to every change of the schema, such as grants: done under the lock, when there was one. */
  readonly afterwards?: {
    readonly work: (client: pg.ClientBase) => Promise<void>;
    /** Migrations after which it was done already; without it, all that were there before. */
    readonly doneFor?: ReadonlySet<string>;
  };
}

export interface MigrateResult {
  /** The names applied now, in order. */
  readonly applied: readonly string[];
}

/**
 * Applies the migrations that a database lacks in the order of their names, whatever others it has, each as one atomic
 * message in a session of its own, under an advisory lock: two of these at once apply each migration once. Needs a direct
 * connection, in no transaction; leaves its settings at their defaults. A migration and its record are committed together, unless its script ends
 * transactions itself or may not run in one: whoever dies in between then leaves it to be run again. What such a script
 * builds concurrently is valid afterwards, or the migration failed. A failed migration is recorded as Prisma does (`logs`,
 * no `finished_at`), marked as rolled back by the next run, and tried again then.
 *
 * Throws MigrationLocked, MigrationDrift before anything is applied, MigrationFailed at the first migration that PostgreSQL
 * refuses, and InvalidIndex for an index of an earlier one that cannot be made valid.
 */
export async function migrate(
  client: pg.ClientBase,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const session = new MigrationSession(client, options);
  await session.lock();
  try {
    await session.begin();
    const before = await appliedMigrations(client);
    const drift = driftOf(before, migrations, options.known);
    if (drift !== undefined) throw new MigrationDrift(drift);
    const has = new Set(before.map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !has.has(name));
    if (pending.length > 0) await client.query(createTable);
    for (const migration of pending) {
      await inSpan('apply a migration', { 'helpdeskly.migration': migration.name }, () =>
        apply(client, session, migration, options.asRole),
      );
    }
    if (pending.length > 0) await session.begin();
    await settleIndexes(client);
    const applied = pending.map(({ name }) => name);
    const { work, doneFor = has } = options.afterwards ?? {};
    if (work !== undefined && [...has, ...applied].some((name) => !doneFor.has(name))) await work(client);
    return { applied };
  } finally {
    await session.end();
  }
}

async function apply(
  client: pg.ClientBase,
  session: MigrationSession,
  migration: Migration,
  owner: string | undefined,
): Promise<void> {
  const { name, sql } = migration;
  await session.begin();
  const attempt = await Try.begin(client, migration);
  const failure = isOneTransaction(sql)
    ? await runTogether(client, session, attempt, sql, owner)
    : await runApart(client, session, attempt, sql, owner);
  if (failure === undefined) return;
  const failed = new MigrationFailed(name, stateOf(failure.error), failure.statement, failure.error);
  // When the connection broke this fails too: the row without `finished_at` says enough, to Prisma as well.
  await session.begin().then(
    () => attempt.fail(failed.message),
    () => undefined,
  );
  throw failed;
}

/** A script and its record in one transaction. */
async function runTogether(
  client: pg.ClientBase,
  session: MigrationSession,
  attempt: Try,
  sql: string,
  owner: string | undefined,
): Promise<ScriptFailure | undefined> {
  const check = owner === undefined ? '' : `${refuseForeignObjects(owner, await foreignObjects(client, owner))};`;
  return runScript(client, sql, `${session.again} ${check} ${attempt.finished}`);
}

/** A script that may not run in a transaction with others, or ends its own. */
async function runApart(
  client: pg.ClientBase,
  session: MigrationSession,
  attempt: Try,
  sql: string,
  owner: string | undefined,
): Promise<ScriptFailure | undefined> {
  const work = indexWorkOf(sql);
  const foreign = owner === undefined ? [] : await foreignObjects(client, owner);
  try {
    if (work !== undefined) {
      await dropLeftovers(client, work);
      if (attempt.afterDeath && (await isDone(client, work))) {
        await client.query(attempt.finished);
        return undefined;
      }
    }
    const failure = await runScript(client, sql, undefined);
    await session.begin();
    if (failure !== undefined) {
      // An invalid index binds what is written although nobody can use it. Why the script failed says more than this.
      if (work !== undefined) await dropLeftovers(client, work).catch(() => undefined);
      return failure;
    }
    if (work !== undefined) await assertBuilt(client, work);
    if (owner !== undefined) await client.query(refuseForeignObjects(owner, foreign));
    await client.query(attempt.finished);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error, statement: undefined };
  }
}

function stateOf(error: Error): string | undefined {
  return (error instanceof InvalidIndex ? (error.cause as { code?: string } | undefined) : (error as { code?: string }))
    ?.code;
}
