import {
  findCause,
  isConnectionFailure,
  isQueryTimeout,
  type TransactionalClient,
  type TransactionOptions,
} from '@helpdeskly/database';
import { DomainError } from '@helpdeskly/errors';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { mostEnded } from './ask.js';
import { Breaker } from './breaker.js';
import type { ConnectionGovernor } from './connection-governor.js';
import { tenantErrorOf, WrongTenantDatabase } from './errors.js';
import { type Prisma, PrismaClient } from './generated/client.js';
import { StatementNames } from './statement-names.js';
import { wasLost } from './shut-role.js';
import { openingMs, TenantPool } from './tenant-pool.js';
import { placeOf, type TenantDatabaseAddress } from './tenant-place.js';
import type { TextRow } from './text-select.js';

export interface TenantClientOptions {
  /** Shared by a tenant's successive clients; by default the client's own. */
  readonly breaker?: Breaker;
  /** Called when a connection could not be opened and none is open: open another client. */
  readonly onBroken?: (error: unknown) => void;
  /** By default the names that all clients of the process share. */
  readonly statementNames?: StatementNames;
}

const transactionTimeoutMs = 30_000;
/** The control plane ends sessions of tenants' roles that are half as old again, because app-api's never are. */
const longestLifeMs = 600_000;
const sharedNames = new StatementNames();

/**
 * Opens a client with its first connection. An address that is a function is asked before each connection. Each connection checks the database's TenantIdentity before its first use, so a wrong
 * address never serves. Throws TenantDatabaseUnavailable (caused by WrongTenantDatabase
 * if the database belongs to another tenant) or TenantConnectionLimit.
 */
export async function openTenantClient(
  address: TenantDatabaseAddress | (() => TenantDatabaseAddress),
  governor: ConnectionGovernor,
  { breaker = new Breaker(), onBroken = () => undefined, statementNames = sharedNames }: TenantClientOptions = {},
): Promise<TenantClient> {
  const current = typeof address === 'function' ? address : () => address;
  const { tenantId, lifeMs = longestLifeMs, poolMax, idleMs } = current();
  const pool = new TenantPool(governor, {
    tenantId,
    place: () => placeOf(current()),
    lifeMs,
    max: poolMax,
    idleMs,
    verify: (connection, withinMs) => verifyIdentity(connection, tenantId, withinMs),
    breaker,
    onBroken,
  });
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw tenantErrorOf(error) ?? error;
  }
  return new TenantClient(pool, () => (current().namedStatements ? statementNames : undefined), {
    // The governor's deadline comes first, because it says why.
    maxWait: governor.waitMs + openingMs + 1000,
    timeout: transactionTimeoutMs,
  });
}

/** One tenant's client on its pool, which ends with it. Opened by openTenantClient. */
export class TenantClient implements TransactionalClient<Prisma.TransactionClient> {
  private made: PrismaClient | undefined;

  constructor(
    readonly pool: TenantPool,
    private readonly names: () => StatementNames | undefined,
    private readonly transactionOptions: { readonly maxWait: number; readonly timeout: number },
  ) {}

  /** Made at its first use: it costs more than a connection, and a tenant of whom somebody reads a ticket needs none. */
  get prisma(): PrismaClient {
    this.made ??= new PrismaClient({
      adapter: new PrismaPg(
        this.pool as unknown as pg.Pool,
        this.names() === undefined ? {} : { statementNameGenerator: ({ sql }) => this.names()?.of(sql) ?? '' },
      ),
      errorFormat: 'minimal', // Other forms print the query with its values.
      queryPlanCacheMaxSize: 0, // All clients share one: see query-compiler.
      transactionOptions: this.transactionOptions,
    });
    return this.made;
  }

  /** Begins once more, on another connection, if the one that it got was lost before `work` could use it. */
  async $transaction<T>(work: (tx: Prisma.TransactionClient) => Promise<T>, options?: TransactionOptions): Promise<T> {
    let hasBegun = false;
    const noted = (tx: Prisma.TransactionClient) => {
      hasBegun = true;
      return work(tx);
    };
    for (let lost = 1; ; lost++)
      try {
        return await this.prisma.$transaction(noted, options);
      } catch (error) {
        const isOver = hasBegun || lost === mostEnded || !wasLost(error);
        if (isOver || findCause(error, DomainError) !== undefined) throw error;
      }
  }

  /** Whether a transaction lost its session because the database was being switched, and another one can be had now. */
  async mayBeginAnew(error: unknown): Promise<boolean> {
    if (!wasLost(error) || findCause(error, DomainError) !== undefined) return false;
    return this.pool.isSwitched().catch(() => false); // The first error says more.
  }

  /**
   * Runs a read and returns its rows as pg reads them. Prisma's reading of each column costs more than the rest of a
   * list. Use this for columns of types that pg reads correctly: text, int4, boolean and arrays of them.
   * Pass 'each time' for a statement whose best plan depends on its values.
   */
  async select<Row>(text: string, values: readonly unknown[], planned?: 'once' | 'each time'): Promise<Row[]> {
    return (await this.pool.query({ name: this.nameOf(text, planned), text, values: [...values] })).rows as Row[];
  }

  /** The same for a statement whose columns are all texts, which come as PostgreSQL sent them: the cheapest read. */
  texts(text: string, values: readonly unknown[], planned?: 'once' | 'each time'): Promise<readonly TextRow[]> {
    return this.pool.texts(this.nameOf(text, planned), text, values);
  }

  /** Ends the pool when every connection has been returned. */
  async close(): Promise<void> {
    await this.pool.end();
    await this.made?.$disconnect();
  }

  private nameOf(text: string, planned = 'once'): string {
    return planned === 'once' ? (this.names()?.of(text) ?? '') : '';
  }
}

async function verifyIdentity(connection: pg.Client, tenantId: string, withinMs: number): Promise<void> {
  let found: string | undefined;
  try {
    const question: pg.QueryConfig & { query_timeout: number } = {
      text: 'SELECT "tenantId"::text AS "tenantId" FROM "TenantIdentity"',
      query_timeout: withinMs,
    };
    const { rows } = await connection.query<{ tenantId: string }>(question);
    found = rows[0]?.tenantId;
  } catch (error) {
    if (isConnectionFailure(error) || isQueryTimeout(error)) throw error;
    throw new WrongTenantDatabase(tenantId, undefined, error); // It is not even one of our databases.
  }
  if (found !== tenantId) throw new WrongTenantDatabase(tenantId, found);
}
