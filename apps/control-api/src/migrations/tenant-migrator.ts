import { setTimeout as sleep } from 'node:timers/promises';
import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { sqlState } from '@helpdeskly/database';
import {
  appliedMigrations,
  driftOf,
  migrate,
  MigrationDrift,
  MigrationFailed,
  type Migration,
} from '@helpdeskly/migrator';
import type { Client } from 'pg';
import { ServerConnections } from '../database-servers/server-connections.js';
import { describeFailure, mayPass } from '../provisioning/failure.js';
import { settleGrants } from '../tenant-databases/database-grants.js';
import { bears, ownershipMarker } from '../tenant-databases/names.js';
import { ownerRole } from '../tenant-databases/server-roles.js';

/** An hour: a migration of a large table is not to be cut off. */
const queryTimeoutMs = 3_600_000;
/** What waits for a lock makes everybody behind it wait: rather come back. */
const lockTimeoutMs = 3000;
/** The pauses between tries while waiting may help, in milliseconds; half of each is left to chance. */
const pausesMs = [200, 500, 1000, 2000, 4000, 8000, 8000] as const;

export interface MigrationCause {
  readonly message: string;
  readonly migration: string | null;
  readonly sqlState: string | null;
  readonly statement: string | null;
  readonly line: number | null;
}

/** How it went: `schemaVersion` is the last migration that the database has now, as far as it is known. */
export type MigrationOutcome =
  | { readonly state: 'DONE'; readonly applied: readonly string[]; readonly schemaVersion: string | null }
  | { readonly state: 'FAILED' | 'DRIFTED'; readonly cause: MigrationCause; readonly schemaVersion: string | null }
  | { readonly state: 'GONE' | 'STOPPED' };

/** Brings one tenant's database to a schema. */
export class TenantMigrator {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly installation: string,
  ) {}

  /** Tries again while waiting may help, until `isStopping`. Repeatable from any point at which it stopped. */
  async bring(
    tenantId: string,
    migrations: readonly Migration[],
    isStopping: () => boolean,
  ): Promise<MigrationOutcome> {
    return this.patiently(tenantId, migrations, isStopping, async (tenant, database) => {
      const { applied } = await migrate(database, migrations, { asRole: ownerRole });
      await settleGrants(database); // Also after a crash between the two.
      const schemaVersion = migrations.at(-1)?.name ?? null;
      const unheard = migrations.filter(({ name }) => name > (tenant.schemaVersion ?? '')).map(({ name }) => name);
      return { state: 'DONE', applied: [...new Set([...applied, ...unheard])].sort(), schemaVersion };
    });
  }

  /** What it would do, without doing it. */
  async rehearse(
    tenantId: string,
    migrations: readonly Migration[],
    isStopping: () => boolean,
  ): Promise<MigrationOutcome> {
    return this.patiently(tenantId, migrations, isStopping, async (tenant, database) => {
      await database.query(`SET ROLE ${ownerRole}`);
      const before = await appliedMigrations(database);
      const drift = driftOf(before, migrations);
      if (drift !== undefined) throw new MigrationDrift(drift);
      const has = new Set(before.map(({ name }) => name));
      const applied = migrations.map(({ name }) => name).filter((name) => !has.has(name));
      return { state: 'DONE', applied, schemaVersion: tenant.schemaVersion };
    });
  }

  private async patiently(
    id: string,
    migrations: readonly Migration[],
    isStopping: () => boolean,
    work: (tenant: Tenant, database: Client) => Promise<MigrationOutcome>,
  ): Promise<MigrationOutcome> {
    for (let attempt = 0; ; attempt++) {
      const tenant = await this.control.client.tenant.findUnique({ where: { id } });
      if (tenant === null || tenant.purgeStartedAt !== null) return { state: 'GONE' };
      try {
        return await this.connected(tenant, (database) => work(tenant, database));
      } catch (error) {
        const pauseMs = pausesMs[attempt];
        if (pauseMs === undefined || !mayPass(error instanceof MigrationFailed ? error.cause : error))
          return failed(tenant, migrations, error);
        if (isStopping()) return { state: 'STOPPED' };
        await sleep(pauseMs / 2 + (Math.random() * pauseMs) / 2);
      }
    }
  }

  private async connected<T>(tenant: Tenant, work: (database: Client) => Promise<T>): Promise<T> {
    const server = await this.servers.server(tenant.serverId);
    const database = await server.connect(tenant.databaseName, queryTimeoutMs);
    try {
      await database.query(`SET lock_timeout = ${lockTimeoutMs}`);
      const { rows } = await database.query<{ comment: string | null }>(
        `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()`,
      );
      if (!bears(rows[0]?.comment ?? null, ownershipMarker(this.installation, tenant.id)))
        throw new Error(`The database ${tenant.databaseName} is not marked as this tenant's.`);
      return await work(database);
    } finally {
      await database.end();
    }
  }
}

function failed({ schemaVersion }: Tenant, migrations: readonly Migration[], error: unknown): MigrationOutcome {
  const nowhere = { migration: null, sqlState: sqlState(error) ?? null, statement: null, line: null };
  if (error instanceof MigrationDrift) {
    const cause = { ...nowhere, message: error.message, migration: error.migrations[0] ?? null };
    return { state: 'DRIFTED', cause, schemaVersion };
  }
  if (!(error instanceof MigrationFailed))
    return { state: 'FAILED', cause: { ...nowhere, message: describeFailure(error) }, schemaVersion };
  const { migration, statement } = error;
  const cause = {
    message: describeFailure(error.cause),
    migration,
    sqlState: error.sqlState ?? null,
    statement: statement?.text ?? null,
    line: statement?.line ?? null,
  };
  // Those before it are applied, each for itself.
  const before = migrations[migrations.findIndex(({ name }) => name === migration) - 1]?.name ?? '';
  return { state: 'FAILED', cause, schemaVersion: before > (schemaVersion ?? '') ? before : schemaVersion };
}
