import {
  ConnectionPool,
  endingAfter,
  poolLoad,
  TransactionScope,
  type PoolLoad,
  type TransactionOptions,
} from '@helpdeskly/database';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client.js';

/** The control database's client, or the open transaction. */
export type ControlClient = PrismaClient | Prisma.TransactionClient;

export interface ControlDatabaseOptions {
  /** Connections. */
  readonly max?: number;
  /** Milliseconds after which PostgreSQL ends a statement. */
  readonly statementTimeoutMs?: number;
}

/** How many milliseconds longer than one statement a transaction may take, and be idle. */
const transactionGraceMs = 3000;

/** The control database through Prisma, on our own pool, which survives a restart of the server. */
export class ControlDatabase {
  private readonly pool: ConnectionPool;
  private readonly prisma: PrismaClient;
  private readonly scope = new TransactionScope<Prisma.TransactionClient>();
  private readonly limits: TransactionOptions;

  constructor(url: string, { max = 10, statementTimeoutMs = 12_000 }: ControlDatabaseOptions = {}) {
    this.limits = { maxWait: 5000, timeout: statementTimeoutMs + transactionGraceMs };
    this.pool = new ConnectionPool({
      connectionString: url,
      max,
      connectionTimeoutMillis: 4000,
      ...endingAfter(statementTimeoutMs),
      // For a process that hangs in the middle of a transaction while others wait for its locks.
      idle_in_transaction_session_timeout: statementTimeoutMs + 2 * transactionGraceMs,
      options: '-c timezone=UTC',
      application_name: 'helpdeskly-control',
    });
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool as unknown as pg.Pool),
      errorFormat: 'minimal', // Other forms print the query with its values.
      queryPlanCacheMaxSize: 0, // All clients share one: see query-compiler.
      transactionOptions: this.limits,
    });
  }

  get client(): ControlClient {
    return this.scope.current<PrismaClient>(this.prisma);
  }

  /**
   * Runs `work` in a transaction, or joins the open one. If `work` throws, that transaction does not commit. May run `work` again
   * after a deadlock.
   */
  transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.scope.run(this.prisma, work, options ?? this.limits);
  }

  /** Like `transaction`. Within an open transaction, an error undoes only what `work` did, and that transaction may continue. */
  attempt<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.scope.attempt(this.prisma, work, this.limits);
  }

  /** Runs `effect` once the open transaction has committed; at once if there is none. */
  afterCommit(effect: () => void | Promise<void>): Promise<void> {
    return this.scope.afterCommit(effect);
  }

  get load(): PoolLoad {
    return poolLoad(this.pool);
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
