import { poolLoad, TracedPool, TransactionScope, type PoolLoad, type TransactionOptions } from '@helpdeskly/database';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient, type Prisma } from './generated/client.js';

/** The control database's client, or the transaction that is open here. */
export type ControlClient = PrismaClient | Prisma.TransactionClient;

/** The control database through Prisma, on a pool of our own that survives a restart of the server. */
export class ControlDatabase {
  private readonly pool: pg.Pool;
  private readonly prisma: PrismaClient;
  private readonly scope = new TransactionScope<Prisma.TransactionClient>();

  constructor(url: string, options: { max?: number } = {}) {
    this.pool = new TracedPool({
      connectionString: url,
      max: options.max ?? 10,
      connectionTimeoutMillis: 4000,
      query_timeout: 15_000,
      options: '-c timezone=UTC',
      application_name: 'helpdeskly-control',
    });
    this.pool.on('error', () => undefined); // An idle connection was lost; the pool has dropped it, the next query opens another.
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool),
      errorFormat: 'minimal', // Other forms print what was asked for, values included.
    });
  }

  get client(): ControlClient {
    return this.scope.current<PrismaClient>(this.prisma);
  }

  /** Runs `work` in a transaction, or in the one that is open here. May run it again after a deadlock. */
  transaction<T>(
    work: (tx: Prisma.TransactionClient) => Promise<T>,
    options: TransactionOptions = { maxWait: 5000, timeout: 15_000 },
  ): Promise<T> {
    return this.scope.run(this.prisma, work, options);
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
