import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type ConnectionGovernor } from './connection-governor.js';
import { WrongTenantDatabase } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { TenantPool } from './tenant-pool.js';

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
  /** Whether statements may be prepared by name: on direct connections, and on poolers that track them. */
  readonly namedStatements: boolean;
}

/** One tenant's PrismaClient on a pool that is ended with it. */
export interface TenantClient {
  readonly prisma: PrismaClient;
  readonly pool: TenantPool;
  /** Ends the pool once every connection has come back. */
  close(): Promise<void>;
}

/** Beyond the server's statement_timeout, after which its answer must have come. */
const answerGraceMs = 1000;
const namedStatementsMax = 200;

/**
 * Opens a client and compares the database's TenantIdentity with the tenant's id, so that a crossed address can never
 * serve. Throws WrongTenantDatabase, TenantDatabaseUnavailable or TenantConnectionLimit.
 */
export async function openTenantClient(address: TenantDatabaseAddress, governor: ConnectionGovernor): Promise<TenantClient> {
  const pool = new TenantPool(governor, {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password: address.password,
    max: address.poolMax,
    idleMs: address.idleMs,
    query_timeout: address.queryTimeoutMs + answerGraceMs,
    keepAlive: true,
    application_name: 'helpdeskly-app',
  });
  try {
    const { rows } = await pool.query('SELECT "tenantId"::text AS "tenantId" FROM "TenantIdentity"');
    const found = (rows as { tenantId: string }[])[0]?.tenantId;
    if (found !== address.tenantId) throw new WrongTenantDatabase(address.tenantId, found);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const adapter = new PrismaPg(pool as unknown as pg.Pool, address.namedStatements ? { statementNameGenerator: statementNames() } : {});
  const prisma = new PrismaClient({ adapter });
  return {
    prisma,
    pool,
    close: async () => {
      await pool.end();
      await prisma.$disconnect();
    },
  };
}

/** Names for the statements that come again and again: the first so many; PostgreSQL keeps each of them on each connection. */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= namedStatementsMax) return ''; // Unnamed.
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
