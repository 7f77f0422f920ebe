import { appliedMigrations, type AppliedMigration } from '@helpdeskly/migrator';
import { describeFailure } from '@helpdeskly/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Tenant } from '@helpdeskly/catalog';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { RestoredTenants } from '../copies/restored-tenants.js';
import { installationName } from '../configuration/tokens.js';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { PoolerUnavailable, Poolers } from '../pooler/poolers.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { formerDatabaseName, formerMarker, ownershipMarker, servedMarker } from '../tenant-databases/names.js';
import { readonlyRole } from '../tenant-databases/server-roles.js';
import { takeOverSql } from '../tenant-databases/tenant-database.js';
import { closeDatabase, existing, openDatabase } from './closed-database.js';

/** For how long nobody may be able to use a helpdesk; what takes longer is rolled back. In milliseconds. */
const longestPauseMs = 2000;

/** Raised when the switch would have taken too long: everything is as it was. */
export class PauseTooLong extends Error {
  constructor(cause?: unknown) {
    super(`the database could not be switched within ${longestPauseMs} ms`, { cause });
    this.name = 'PauseTooLong';
  }
}

/** What is left of a pause that begins now, in milliseconds; throws PauseTooLong if nothing is. */
export function beginPause(): () => number {
  const begun = performance.now();
  return () => {
    const left = Math.floor(longestPauseMs - (performance.now() - begun));
    if (left < 1) throw new PauseTooLong();
    return left;
  };
}

/** A pooler that could not be told within the pause has made it too long: the next one may be told in time. */
export function toldInPause<T>(telling: Promise<T>): Promise<T> {
  return telling.catch((error: unknown) => {
    throw error instanceof PoolerUnavailable ? new PauseTooLong(error) : error;
  });
}

/** What counts on from the former database, so that nobody takes what is new for what was known. */
interface Counters {
  readonly feed: string;
  readonly revision: string;
}

/** What the catalog is told of the new database. */
export interface SwitchedDatabase {
  readonly schema: readonly AppliedMigration[];
  readonly storage: { readonly bytes: bigint; readonly revision: bigint };
}

/**
 * Puts a filled database into the place of a tenant's. PostgreSQL renames both in one transaction, in which the login roles lose the former
 * one: at no moment may they write to both. What the names are says whether it has happened, whatever died.
 */
@Injectable()
export class DatabaseSwitch {
  private readonly log = new Logger('DatabaseSwitch');

  constructor(
    private readonly servers: ServerConnections,
    private readonly restored: RestoredTenants,
    private readonly poolers: Poolers,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** Whether the filled database has taken the place, and the former one is still there. */
  async hasHappened({ id, serverId }: Tenant): Promise<boolean> {
    const { brief } = await this.servers.server(serverId);
    const { rowCount } = await brief.query('SELECT FROM pg_database WHERE datname = $1', [formerDatabaseName(id)]);
    return rowCount === 1;
  }

  /**
   * Closes the tenant's database, and puts the filled one into its place; the roles stay closed. If it throws, the roles are open again,
   * unless it is not known what PostgreSQL has done. Throws DatabaseBusy, PauseTooLong.
   */
  async perform(tenant: Tenant): Promise<void> {
    const leftMs = beginPause();
    const server = await this.servers.server(tenant.serverId);
    const roles = await existing(server.brief, rolesOf(tenant));
    try {
      await closeDatabase(server.brief, tenant.databaseName, roles);
      if (server.isPooled) await toldInPause(this.poolers.disconnect(tenant.databaseName, leftMs()));
      await this.countOn(server, tenant);
      await this.rename(server, this.sqlOf(tenant, roles), leftMs());
    } catch (error) {
      if (await this.hasHappened(tenant)) return; // Only the answer was lost.
      await this.openRoles(tenant);
      await this.resume(server, tenant).catch((failure: unknown) =>
        this.log.warn(`Who waits in a pooler is let in later: ${describeFailure(failure)}`),
      );
      throw error;
    }
  }

  /** Repeatable. Throws PoolerUnavailable. */
  async open(tenant: Tenant): Promise<void> {
    await this.openRoles(tenant);
    await this.resume(await this.servers.server(tenant.serverId), tenant);
  }

  private async openRoles(tenant: Tenant): Promise<void> {
    if (!tenant.accessOpen) return;
    const { brief } = await this.servers.server(tenant.serverId);
    await openDatabase(brief, await existing(brief, rolesOf(tenant)));
  }

  /** A pooler whose answer was lost may have closed the database, and not opened it again. */
  private async resume({ isPooled }: TenantServer, { databaseName }: Tenant): Promise<void> {
    if (isPooled) await this.poolers.resume(databaseName, false);
  }

  /** What is in the place now. */
  async look({ serverId, databaseName }: Tenant): Promise<SwitchedDatabase> {
    const server = await this.servers.server(serverId);
    const client = await server.connect(databaseName);
    try {
      const schema = await appliedMigrations(client);
      const { rows } = await client.query<{ bytes: string; revision: string }>(
        'SELECT "bytes"::text AS "bytes", "revision"::text AS "revision" FROM "StorageUsage"',
      );
      return { schema, storage: { bytes: BigInt(rows[0]?.bytes ?? 0), revision: BigInt(rows[0]?.revision ?? 0) } };
    } finally {
      await client.end();
    }
  }

  /** Nobody has a cursor behind the former feed's last event: those that are on events which are gone lie in a gap. */
  private async countOn(server: TenantServer, tenant: Tenant): Promise<void> {
    const former = await server.connect(tenant.databaseName);
    let counters: Counters | undefined;
    try {
      const { rows } = await former.query<Counters>(
        `SELECT (SELECT "last" FROM "TicketFeed")::text AS "feed", (SELECT "revision" FROM "StorageUsage")::text AS "revision"`,
      );
      counters = rows[0];
    } finally {
      await former.end();
    }
    const next = await server.connect(this.restored.nameFor(tenant.id));
    try {
      await next.query(
        `WITH feed AS (UPDATE "TicketFeed" SET "last" = greatest("last", $1::bigint) + 1 RETURNING "last"),
              webhooks AS (UPDATE "Webhook" SET "position" = (SELECT "last" FROM feed))
         UPDATE "StorageUsage" SET "revision" = greatest("revision", $2::bigint) + 1`,
        [counters?.feed ?? 0, counters?.revision ?? 0],
      );
    } finally {
      await next.end();
    }
  }

  private async rename({ brief }: TenantServer, sql: string, withinMs: number): Promise<void> {
    const client = await brief.connect();
    let failure: Error | undefined;
    try {
      await client.query(`BEGIN; SET LOCAL statement_timeout = ${withinMs}`);
      await client.query(sql);
      await client.query('COMMIT');
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure); // A broken transaction ends with its connection.
    }
  }

  private sqlOf({ id, databaseName, roleName }: Tenant, roles: readonly string[]): string {
    const marker = ownershipMarker(this.installation, id);
    const [name, former] = [escapeIdentifier(databaseName), escapeIdentifier(formerDatabaseName(id))];
    const whoever = roles.map((role) => escapeIdentifier(role)).join(', ');
    return `
      ALTER DATABASE ${name} RENAME TO ${former};
      COMMENT ON DATABASE ${former} IS ${escapeLiteral(formerMarker(marker))};
      REVOKE ALL ON DATABASE ${former} FROM ${whoever}, ${readonlyRole};
      ${takeOverSql(this.restored.nameFor(id), { name: databaseName, roleName, marker: servedMarker(marker) })}
      GRANT CONNECT ON DATABASE ${name} TO ${whoever};`;
  }
}
