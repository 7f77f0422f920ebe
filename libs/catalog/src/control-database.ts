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

/** The control database's client, or the transaction that is open here. */
export type ControlClient = PrismaClient | Prisma.TransactionClient;

export interface ControlDatabaseOptions {
  /** Connections. */
  readonly max?: number;
  /** Milliseconds after which PostgreSQL ends a statement. */
  readonly statementTimeoutMs?: number;
}

/** How much longer than one statement a transaction may take, and be idle, in milliseconds. */
const transactionGraceMs = 3000;

/** The control database through Prisma, on a pool of our own that survives a restart of the server. */
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
      // Of a process that stands still in the middle of a transaction, whose locks others wait for.
      idle_in_transaction_session_timeout: statementTimeoutMs + 2 * transactionGraceMs,
      options: '-c timezone=UTC',
      application_name: 'helpdeskly-control',
    });
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool as unknown as pg.Pool),
      errorFormat: 'minimal', // Other forms print what was asked for, values included.
      transactionOptions: this.limits,
    });
  }

  get client(): ControlClient {
    return this.scope.current<PrismaClient>(this.prisma);
  }

  /**
   * Runs `work` in a transaction, or in the one that is open here, which is not committed when this throws. May run it again
   * after a deadlock.
   */
  transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.scope.run(this.prisma, work, options ?? this.limits);
  }

  /** As `transaction`; within an open one, what `work` did is undone when it throws, and that one may go on. */
  attempt<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.scope.attempt(this.prisma, work, this.limits);
  }

  /** Runs `effect` once the transaction that is open here has committed; at once when there is none. */
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
