import { answerGraceMs } from '@helpdeskly/database';
import type pg from 'pg';
import { sessionSettings } from './session-settings.js';

/** The address and credential of a tenant's database. Times in milliseconds. */
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
  /** Whether it is a pooler's address: a pooler refuses most settings at a session's start. */
  readonly throughPooler: boolean;
}

/** Where a tenant's database is, for one connection. */
export interface TenantPlace {
  readonly client: pg.ClientConfig;
  /** Its initial settings, by name. */
  readonly session: Readonly<Record<string, string>>;
}

export function placeOf({
  host,
  port,
  database,
  user,
  password,
  queryTimeoutMs,
  throughPooler,
}: TenantDatabaseAddress): TenantPlace {
  return {
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
    session: sessionSettings(throughPooler, queryTimeoutMs),
  };
}
