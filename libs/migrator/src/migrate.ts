import { inSpan } from '@helpdeskly/telemetry';
import pg from 'pg';
import { concurrentWorkOf, type ConcurrentWork } from './concurrent-work.js';
import { declaresNoTransaction } from './declarations.js';
import { driftOf } from './drift.js';
import { InvalidIndex, LeftoverStays, MigrationDrift, MigrationFailed } from './errors.js';
import { appliedMigrations, createTable, Try, type AppliedMigration } from './history.js';
import type { Leftover } from './leftover.js';
import { assertBuilt, clear, halfDetached, isDone, leftoversOf, settleIndexes } from './leftovers.js';
import type { Migration } from './migrations.js';
import { foreignObjects, isRefusal, refusal } from './owners.js';
import { runScript, type ScriptFailure } from './script.js';
import { MigrationSession, type SessionOptions } from './session.js';
import { isOneTransaction, mayCommit } from './statements.js';

export interface MigrateOptions extends SessionOptions {
  /**
   * Migrations that a database may have beside those to apply. Undefined: any, since a newer build may have been here;
   * but never one whose script now has another name.
   */
  readonly known?: ReadonlySet<string>;
  /** A statement that runs at the end of each script's own transaction; not of a script that runs apart from its record. */
  readonly witness?: string;
  /** Whether the caller closes the connection when this has succeeded, which releases the lock: then nothing is reset. */
  readonly closes?: boolean;
  /** What every change of the schema needs afterwards, such as grants; runs under the lock, if there was a change. */
  readonly afterwards?: {
    readonly work: (client: pg.ClientBase) => Promise<void>;
    /** Migrations after which it has already run; undefined: all that were there before. */
    readonly doneFor?: ReadonlySet<string>;
  };
}

export interface MigrateResult {
  /** The names of the migrations applied now, in order. */
  readonly applied: readonly string[];
  /** All that the database has now, oldest first. */
  readonly history: readonly AppliedMigration[];
}

/**
 * Applies the migrations that a database lacks, in the order of their names, whatever others it has. Each is one atomic
 * message in a session with default settings, under an advisory lock: two concurrent calls apply each migration once. It needs a direct
 * connection without an open transaction, and leaves its settings at their defaults, unless it `closes`. A migration and its record commit together,
 * unless the script ends transactions itself or may not run in one: if the process dies in between, the script runs again. What such a
 * script builds concurrently is valid afterwards, or the migration failed. A failed migration is recorded as in Prisma (`logs`,
 * no `finished_at`); the next run marks it as rolled back and tries it again.
 *
 * Throws MigrationLocked, MigrationDrift before anything is applied, MigrationFailed at the first migration that PostgreSQL
 * refuses, and InvalidIndex for an index of an earlier migration that cannot be made valid.
 */
export async function migrate(
  client: pg.ClientBase,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const session = new MigrationSession(client, options);
  await session.lock();
  let isDone = false;
  try {
    await session.begin();
    const before = await appliedMigrations(client);
    const drift = driftOf(before, migrations, options.known);
    if (drift !== undefined) throw new MigrationDrift(drift);
    const has = new Set(before.map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !has.has(name));
    if (before.length === 0 && pending.length > 0) await client.query(createTable);
    for (const [at, migration] of pending.entries()) {
      if (at > 0) await session.begin();
      await inSpan('apply a migration', { 'helpdeskly.migration': migration.name }, () =>
        apply(client, session, migration, options),
      );
    }
    if (pending.length > 0) await session.begin();
    await settleIndexes(client);
    const applied = pending.map(({ name }) => name);
    const { work, doneFor = has } = options.afterwards ?? {};
    if (work !== undefined && [...has, ...applied].some((name) => !doneFor.has(name))) await work(client);
    isDone = true;
    return { applied, history: [...before, ...pending.map((each) => ({ name: each.name, checksum: each.checksum }))] };
  } finally {
    if (!isDone || options.closes !== true) await session.end();
  }
}

async function apply(
  client: pg.ClientBase,
  session: MigrationSession,
  migration: Migration,
  options: MigrateOptions,
): Promise<void> {
  const { asRole: owner } = options;
  const { name, sql } = migration;
  const isApart = standsApart(migration);
  const attempt = await Try.begin(client, migration);
  let failure: Failure | undefined = isApart
    ? await runApart(client, session, attempt, sql, owner)
    : await runTogether(client, session, attempt, sql, options);
  if (failure !== undefined && stateOf(failure.error) === cannotCommit && mayCommit(sql)) {
    await session.begin();
    failure = await runApart(client, session, attempt, sql, owner);
  }
  if (failure === undefined) return;
  const { error, statement, left } = failure;
  const failed = new MigrationFailed(name, stateOf(error), error, { statement, left });
  // If the connection broke, this fails too: the row without `finished_at` says enough, also to Prisma.
  await session
    .begin()
    .then(() => attempt.fail(failed.message))
    .catch(() => undefined);
  throw failed;
}

/** Whether a script says, or shows, that it is no single transaction. Throws MigrationFailed if it declares what it does not keep. */
function standsApart({ name, sql }: Migration): boolean {
  try {
    return declaresNoTransaction(sql) || !isOneTransaction(sql);
  } catch (error) {
    throw new MigrationFailed(name, undefined, error as Error);
  }
}

/**
 * invalid_transaction_termination: a block or a procedure ends transactions, which it can only do as the only statement; we then
 * run it that way. The first try was one transaction and left nothing.
 */
const cannotCommit = '2D000';

/**
 * A script and its record in one transaction. Nearly always nobody but the owner owns anything: what others owned before is only asked when they
 * own something afterwards, and then the script, which has left nothing, runs again.
 */
async function runTogether(
  client: pg.ClientBase,
  session: MigrationSession,
  attempt: Try,
  sql: string,
  { asRole: owner, witness = '' }: MigrateOptions,
): Promise<ScriptFailure | undefined> {
  const run = (check: string) => runScript(client, sql, `${session.again} ${check}; ${witness}; ${attempt.finished}`);
  if (owner === undefined) return run('');
  const failure = await run(refusal(owner, []));
  if (failure === undefined || !isRefusal(failure.error)) return failure;
  await session.begin();
  const before = await foreignObjects(client, owner);
  return before.length === 0 ? failure : run(refusal(owner, before));
}

/** Runs a script that may not run in a transaction with others, or ends its own. */
async function runApart(
  client: pg.ClientBase,
  session: MigrationSession,
  attempt: Try,
  sql: string,
  owner: string | undefined,
): Promise<Failure | undefined> {
  const work = concurrentWorkOf(sql);
  try {
    const before = owner === undefined ? [] : await attempt.ownedBefore(await foreignObjects(client, owner));
    if (work !== undefined && (await settle(client, attempt, work))) {
      await client.query(attempt.finished);
      return undefined;
    }
    const failure = await runScript(client, sql, undefined);
    await session.begin();
    if (failure !== undefined) {
      const { left, isDone: isDoneByThat } = await clearAfter(client, work);
      if (!isDoneByThat) return { ...failure, left };
    }
    if (work !== undefined) await assertBuilt(client, work);
    if (owner !== undefined) await client.query(refusal(owner, before));
    await client.query(attempt.finished);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error, statement: undefined, left: error instanceof LeftoverStays ? error.left : [] };
  }
}

/** Removes what earlier tries left. Returns whether the work is done, by that or before. */
async function settle(client: pg.ClientBase, attempt: Try, work: ConcurrentWork): Promise<boolean> {
  const found = await leftoversOf(client, work);
  const { left, error } = await clear(client, found);
  if (error !== undefined) throw new LeftoverStays(left, error, attempt.before);
  const wasHalfDone = work.kind === 'detach' && attempt.before?.includes(halfDetached(work).description) === true;
  return (attempt.afterDeath || wasHalfDone) && (await isDone(client, work));
}

/**
 * Removes what a failed script left: an invalid index restricts writes although nobody can use it. The script's
 * error says more than the error of the removal. For a half-detached partition the removal completes the detachment.
 */
async function clearAfter(
  client: pg.ClientBase,
  work: ConcurrentWork | undefined,
): Promise<{ readonly left: readonly Leftover[]; readonly isDone: boolean }> {
  if (work === undefined) return { left: [], isDone: false };
  try {
    const found = await leftoversOf(client, work);
    const { left } = await clear(client, found);
    return { left, isDone: work.kind === 'detach' && found.length > 0 && left.length === 0 };
  } catch {
    return { left: [], isDone: false }; // The connection is broken: the next try checks.
  }
}

/** `left` is what could not be removed. */
interface Failure extends ScriptFailure {
  readonly left?: readonly Leftover[];
}

function stateOf(error: Error): string | undefined {
  return (error instanceof InvalidIndex ? (error.cause as { code?: string } | undefined) : (error as { code?: string }))
    ?.code;
}
