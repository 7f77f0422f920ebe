import { AnswersTooLarge, isConnectionFailure, isQueryTimeout, sqlState } from '@helpdeskly/database';
import { Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import type { Origin } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { LoginRole } from '../server-connections/tenant-server.js';
import { mostRows, type FleetErrorDto } from './fleet-query.dto.js';
import { begin, cursorFor, fetch, wholeStatement } from './fleet-statement.js';

const auditTimeoutMs = 5000;
/** More than all rows of a tenant may have. An error of PostgreSQL repeats the value that it is about, of whatever length. */
const mostBytes = 8 * 1024 * 1024;
const longestMessage = 500;

export interface FleetTenant {
  readonly id: string;
  readonly slug: string;
  readonly serverId: string;
  readonly databaseName: string;
}

export interface FleetOrder {
  readonly id: string;
  readonly origin: Origin;
  readonly sql: string;
  readonly timeoutMs: number;
}

/** Of one tenant; `rows` are JSON texts. */
export interface TenantAnswer {
  readonly rows: readonly string[];
  readonly truncated: boolean;
  readonly durationMs: number;
  readonly error: FleetErrorDto | null;
}

/** Asks one tenant's database. */
@Injectable()
export class TenantQuery {
  constructor(private readonly servers: ServerConnections) {}

  /** First writes it into the tenant's audit trail: nothing is read without a record. */
  async ask(order: FleetOrder, login: LoginRole, tenant: FleetTenant): Promise<TenantAnswer> {
    const begun = performance.now();
    const answered = (answer: Partial<TenantAnswer>): TenantAnswer => ({
      rows: [],
      truncated: false,
      error: null,
      ...answer,
      durationMs: Math.round(performance.now() - begun),
    });
    try {
      await this.tell(order, tenant);
      const rows = await this.rowsOf(order, login, tenant);
      if (rows.includes(null)) return answered({ error: rowTooLarge });
      return answered({ rows: (rows as string[]).slice(0, mostRows), truncated: rows.length > mostRows });
    } catch (error) {
      return answered({ error: errorOf(error) });
    }
  }

  /** The statement itself stays in the operators' audit trail: it may name what is no business of this tenant. */
  private async tell({ id, origin: { address, requestId } }: FleetOrder, tenant: FleetTenant): Promise<void> {
    const server = await this.servers.server(tenant.serverId);
    await ended(await server.connect(tenant.databaseName, auditTimeoutMs), (client) =>
      client.query(
        `INSERT INTO "AuditEvent" ("type", "actorType", "address", "requestId", "details")
         VALUES ('QUERIED_BY_OPERATOR', 'OPERATOR', $1, $2, $3)`,
        [address, requestId, { query: id }],
      ),
    );
  }

  private async rowsOf(
    { sql, timeoutMs }: FleetOrder,
    login: LoginRole,
    tenant: FleetTenant,
  ): Promise<(string | null)[]> {
    const server = await this.servers.server(tenant.serverId);
    return ended(await server.connectDirectlyAs(login, tenant.databaseName, timeoutMs), async (client) => {
      client.limitAnswers(mostBytes);
      await client.query(begin);
      await client.query(wholeStatement(sql));
      await client.query(cursorFor(sql));
      const { rows } = await client.query<{ row: string | null }>(fetch);
      return rows.map(({ row }) => row);
    });
  }
}

async function ended<C extends Client, T>(client: C, work: (client: C) => Promise<T>): Promise<T> {
  try {
    return await work(client);
  } finally {
    await client.end(); // An open transaction ends with it.
  }
}

const rowTooLarge: FleetErrorDto = { code: 'row_too_large', sqlState: null, message: 'A row is larger than 64 KiB.' };

function errorOf(error: unknown): FleetErrorDto {
  const state = sqlState(error) ?? null;
  if (isQueryTimeout(error) || state === '57014')
    return { code: 'query_timeout', sqlState: state, message: 'The statement took longer than timeoutMs.' };
  if (error instanceof AnswersTooLarge)
    return { code: 'query_failed', sqlState: null, message: 'PostgreSQL answered with more than 8 MiB.' };
  if (isConnectionFailure(error) || state === null)
    return { code: 'tenant_database_unavailable', sqlState: state, message: 'The database cannot be reached.' };
  return { code: 'query_failed', sqlState: state, message: beginningOf((error as Error).message) };
}

/** Of PostgreSQL's own sentence: operators wrote the statement. A copy, because V8 keeps the whole of a text for a slice of it. */
const beginningOf = (message: string) => Buffer.from(message.slice(0, longestMessage)).toString();
