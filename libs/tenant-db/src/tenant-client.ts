import { answerGraceMs, isConnectionFailure, isQueryTimeout } from '@helpdeskly/database';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { Breaker } from './breaker.js';
import type { ConnectionGovernor } from './connection-governor.js';
import { tenantErrorOf, WrongTenantDatabase } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { sessionSettings } from './session-settings.js';
import { StatementNames } from './statement-names.js';
import { openingMs, TenantPool } from './tenant-pool.js';

/** Where a tenant's database is and how to enter it. Times in milliseconds. */
export interface TenantDatabaseAddress {
  readonly tenantId: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly poolMax: number;
  readonly idleMs: number;
  readonly queryTimeoutMs: number;
  /** How long a connection serves; by default `longestLifeMs`. */
  readonly lifeMs?: number;
  /** Whether statements may be prepared by name: on direct connections, and on poolers that track them. */
  readonly namedStatements: boolean;
  /** Whether a pooler stands there: it refuses most of what a session may be told at its start. */
  readonly throughPooler: boolean;
}

export interface TenantClientOptions {
  /** Shared by the clients that follow each other for one tenant; by default the client's own. */
  readonly breaker?: Breaker;
  /** Told when a connection could not be opened and none stands: open another client. */
  readonly onBroken?: (error: unknown) => void;
  /** By default those that all clients of the process share. */
  readonly statementNames?: StatementNames;
}

/** One tenant's PrismaClient on a pool that is ended with it. */
export interface TenantClient {
  readonly prisma: PrismaClient;
  readonly pool: TenantPool;
  /**
   * Runs a read and gives its rows as pg reads them. Prisma's own reading of each column costs more than the rest of a
   * list; so this is for columns of types that pg reads as they are meant: text, int4, boolean and arrays of them.
   * A statement whose best plan depends on its values is planned each time.
   */
  readonly select: <Row>(text: string, values: readonly unknown[], planned?: 'once' | 'each time') => Promise<Row[]>;
  /** Ends the pool once every connection has come back. */
  close(): Promise<void>;
}

const transactionTimeoutMs = 30_000;
/** The control plane ends sessions of tenants' roles that are half as old again: what lives longer is not app-api's. */
const longestLifeMs = 600_000;
const sharedNames = new StatementNames();

/**
 * Opens a client with its first connection. Each of its connections is compared with the database's TenantIdentity
 * before it serves, so that a crossed address never can. Throws TenantDatabaseUnavailable (caused by WrongTenantDatabase
 * when it belongs to another tenant) or TenantConnectionLimit.
 */
export async function openTenantClient(
  address: TenantDatabaseAddress,
  governor: ConnectionGovernor,
  { breaker = new Breaker(), onBroken = () => undefined, statementNames = sharedNames }: TenantClientOptions = {},
): Promise<TenantClient> {
  const { tenantId, host, port, database, user, password, queryTimeoutMs } = address;
  const pool = new TenantPool(governor, {
    tenantId,
    client: {
      host,
      port,
      database,
      user,
      password,
      query_timeout: queryTimeoutMs + answerGraceMs, // PostgreSQL's statement_timeout comes first.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'helpdeskly-app',
    },
    session: sessionSettings(address.throughPooler, queryTimeoutMs),
    lifeMs: address.lifeMs ?? longestLifeMs,
    max: address.poolMax,
    idleMs: address.idleMs,
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
  const prisma = new PrismaClient({
    adapter: new PrismaPg(
      pool as unknown as pg.Pool,
      address.namedStatements ? { statementNameGenerator: ({ sql }) => statementNames.of(sql) } : {},
    ),
    errorFormat: 'minimal', // Other forms print what was asked for, values included.
    // The governor's deadline comes first: it says why.
    transactionOptions: {
      maxWait: governor.waitMs + openingMs + 1000,
      timeout: transactionTimeoutMs,
    },
  });
  return {
    prisma,
    pool,
    select: async <Row>(text: string, values: readonly unknown[], planned = 'once') => {
      const name = address.namedStatements && planned === 'once' ? statementNames.of(text) : '';
      return (await pool.query({ name, text, values: [...values] })).rows as Row[];
    },
    close: async () => {
      await pool.end();
      await prisma.$disconnect();
    },
  };
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
    throw new WrongTenantDatabase(tenantId, undefined, error); // Not even a database of ours.
  }
  if (found !== tenantId) throw new WrongTenantDatabase(tenantId, found);
}
