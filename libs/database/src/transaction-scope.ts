import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqlState } from './sql-state.js';

/** What a Prisma client and its interactive transaction have in common, for code that knows neither schema. */
export interface TransactionalClient<Tx> {
  $transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** In milliseconds: how long to wait for a connection, and how long the transaction may take. */
export interface TransactionOptions {
  readonly maxWait?: number;
  readonly timeout?: number;
}

interface Frame<Tx> {
  readonly client: unknown;
  readonly tx: Tx;
  readonly afterCommit: (() => void | Promise<void>)[];
}

const retryable = new Set(['40001', '40P01']); // serialization_failure, deadlock_detected
const attempts = 4;

/**
 * Lets code that belongs together commit together without passing a transaction along: `run` opens a transaction, or
 * joins the one that an outer `run` on the same client has open. The outermost one is tried again when PostgreSQL
 * chose it as a deadlock's victim or could not serialize it; so `work` must keep to the database, and leave everything
 * else (queue jobs, caches, sockets) to `afterCommit`.
 */
export class TransactionScope<Tx> {
  private readonly frames = new AsyncLocalStorage<Frame<Tx>>();

  /** The transaction open here on `client`, or `client` itself. */
  current<Client>(client: Client): Client | Tx {
    const frame = this.frames.getStore();
    return frame !== undefined && frame.client === client ? frame.tx : client;
  }

  async run<T>(
    client: TransactionalClient<Tx>,
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    const outer = this.frames.getStore();
    if (outer !== undefined && outer.client === client) return work(outer.tx);
    for (let attempt = 1; ; attempt++) {
      const afterCommit: Frame<Tx>['afterCommit'] = [];
      let result: T;
      try {
        result = await client.$transaction(
          (tx) => this.frames.run({ client, tx, afterCommit }, () => work(tx)),
          options,
        );
      } catch (error) {
        if (attempt === attempts || !retryable.has(sqlState(error) ?? '')) throw error;
        await sleep(attempt * 10 * Math.random());
        continue;
      }
      for (const effect of afterCommit) await effect();
      return result;
    }
  }

  /** Runs `effect` once the transaction that is open here has committed (at once when there is none); dropped by a rollback. */
  async afterCommit(effect: () => void | Promise<void>): Promise<void> {
    const frame = this.frames.getStore();
    if (frame === undefined) await effect();
    else frame.afterCommit.push(effect);
  }
}
