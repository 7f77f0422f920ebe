import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStaleStatement } from './stale-statement.js';
import { sqlState } from './sql-state.js';

/** The common part of a Prisma client and its interactive transaction, for code that knows neither schema. */
export interface TransactionalClient<Tx> {
  $transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Asked of an error before the commit: whether the transaction was ended from outside, and may begin anew now. */
  mayBeginAnew?(error: unknown): Promise<boolean>;
}

/** What `attempt` needs of an open transaction. */
export interface SavepointClient {
  $executeRawUnsafe(sql: string): Promise<unknown>;
}

/** In milliseconds: how long to wait for a connection, and how long the transaction may take. */
export interface TransactionOptions {
  readonly maxWait?: number;
  readonly timeout?: number;
}

/** An open transaction, and the one around it, of another scope or another client. */
interface Frame<Tx> {
  readonly scope: unknown;
  readonly outer: Frame<unknown> | undefined;
  readonly client: unknown;
  readonly tx: Tx;
  readonly afterCommit: (() => void | Promise<void>)[];
  /** An error of inner work: the transaction must not commit, even if a caller caught the error. */
  failure: { readonly error: unknown } | undefined;
  savepoints: number;
}

/** One storage for all scopes: Node reads each entered storage again at every promise. */
const frames = new AsyncLocalStorage<Frame<unknown>>();

const retryable = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const attempts = 4;
/** A transaction that begins anew may meet one switch after the other. */
const mostBegun = 20;

/**
 * Lets code commit together without passing a transaction along: `run` opens a transaction, or
 * joins the one that an outer `run` on the same client has open. If inner work throws, the outermost `run` throws too, even
 * if code in between caught the error: only `attempt` lets a transaction survive a failure.
 *
 * The outermost `run` retries when PostgreSQL chose the transaction as a deadlock's victim or could not serialize it, once when a
 * prepared statement no longer matched its tables, and when its session was ended before the commit because the database was switched. So `work` may only use the database, and must leave everything else (queue jobs,
 * caches, sockets) to `afterCommit`.
 */
export class TransactionScope<Tx extends SavepointClient> {
  /** The open transaction on `client`, or `client` itself. */
  current<Client>(client: Client): Client | Tx {
    return this.frameOf(client)?.tx ?? client;
  }

  /** Throws TransactionAborted when a statement failed and a caller ignored its error. */
  async run<T>(
    client: TransactionalClient<Tx>,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const outer = this.frameOf(client);
    if (outer !== undefined) return joined(outer, work);
    for (let attempt = 1; ; attempt++) {
      const afterCommit: Frame<Tx>['afterCommit'] = [];
      let result: T;
      let isCommitting = false;
      try {
        result = await client.$transaction(async (tx) => {
          const outer = frames.getStore();
          const frame: Frame<Tx> = { scope: this, outer, client, tx, afterCommit, failure: undefined, savepoints: 0 };
          const value = await frames.run(frame, () => work(tx));
          if (frame.failure !== undefined) throw frame.failure.error;
          isCommitting = true;
          return value;
        }, options);
      } catch (error) {
        const isEnded = !isCommitting && attempt < mostBegun; // Nobody knows what a commit without an answer has done.
        if (!mayPass(error, attempt) && !(isEnded && (await client.mayBeginAnew?.(error)))) throw error;
        await sleep(attempt * 10 * Math.random());
        continue;
      }
      for (const effect of afterCommit) await effect();
      return result;
    }
  }

  /**
   * Like `run`. Within an open transaction, it also undoes what `work` did when `work` throws, and drops its effects; a caller that
   * catches the error may continue in that transaction.
   */
  async attempt<T>(
    client: TransactionalClient<Tx>,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const frame = this.frameOf(client);
    if (frame === undefined) return this.run(client, work, options);
    const { tx, afterCommit, failure } = frame;
    const effects = afterCommit.length;
    const savepoint = `attempt_${frame.savepoints++}`;
    await tx.$executeRawUnsafe(`SAVEPOINT ${savepoint}`);
    try {
      const result = await work(tx);
      if (frame.failure !== failure) throw frame.failure?.error;
      await tx.$executeRawUnsafe(`RELEASE SAVEPOINT ${savepoint}`);
      return result;
    } catch (error) {
      frame.failure = { error };
      if (mayPass(error, 1)) throw error; // The outermost `run` retries the whole transaction from its beginning.
      const undone = tx.$executeRawUnsafe(`ROLLBACK TO SAVEPOINT ${savepoint}`);
      await undone.then(
        () => {
          afterCommit.length = effects;
          frame.failure = failure;
        },
        () => undefined, // The connection is gone, and so is the transaction.
      );
      throw error;
    }
  }

  /** Runs `effect` once the open transaction has committed (at once if there is none). A rollback drops it. */
  async afterCommit(effect: () => void | Promise<void>): Promise<void> {
    const frame = this.frame;
    if (frame === undefined) await effect();
    else frame.afterCommit.push(effect);
  }

  private frameOf(client: unknown): Frame<Tx> | undefined {
    const { frame } = this;
    return frame?.client === client ? frame : undefined;
  }

  /** The innermost frame of this scope. */
  private get frame(): Frame<Tx> | undefined {
    let frame = frames.getStore();
    while (frame !== undefined && frame.scope !== this) frame = frame.outer;
    return frame as Frame<Tx> | undefined;
  }
}

async function joined<Tx, T>(outer: Frame<Tx>, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await work(outer.tx);
  } catch (error) {
    outer.failure ??= { error };
    throw error;
  }
}

function mayPass(error: unknown, attempt: number): boolean {
  return isStaleStatement(error) ? attempt === 1 : attempt < attempts && retryable.has(sqlState(error) ?? '');
}
