import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlDatabase } from '@helpdeskly/catalog';
import { type Connection, describeFailure, sqlState } from '@helpdeskly/database';
import {
  appliedMigrations,
  clear,
  describeLeft,
  describeHolder,
  driftOf,
  InvalidIndex,
  migrate,
  MigrationDrift,
  MigrationFailed,
  MigrationLocked,
  type AppliedMigration,
  type Leftover,
} from '@helpdeskly/migrator';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { isServerAway } from '../server-connections/server-breaker.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { longestStatementMs } from '../server-connections/tenant-server.js';
import { isTransient } from '../tenant-databases/transient-failure.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { settleGrants } from '../tenant-databases/database-grants.js';
import { bears, ownershipMarker } from '../tenant-databases/names.js';
import { lackingIn, type KnownSchema } from '../tenant-databases/schema-sets.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import type { SessionWatch, WatchedSession } from './session-watch.js';
import type { RunScripts } from './target-schema.js';

/** A statement that waits for a lock blocks all queries behind it: better to give up and retry. */
const lockTimeoutMs = 3000;
/** The number of tries; with the pauses in between, another session's lock stops a tenant for ten seconds. */
const lockTries = 3;
/** How often, beyond the try itself, to remove what a failed script left. */
const clearings = 4;
/** How long to wait for another process that migrates the same database. */
const patienceMs = 10_000;
/** How often to look whether a tenant's move has ended. */
const movingMs = 500;
/** The pauses between tries, in milliseconds, while waiting may help; half of each is random. */
const pausesMs = [200, 500, 1000, 2000, 4000, 8000, 8000] as const;

export interface MigrationCause {
  readonly message: string;
  readonly migration: string | null;
  readonly sqlState: string | null;
  readonly statement: string | null;
  readonly line: number | null;
}

/** The result. `schema` is the database's schema now, as far as it is known; `isValid`: whether all of its indexes are valid. */
export type MigrationOutcome =
  | { readonly state: 'DONE'; readonly applied: readonly string[]; readonly schema?: readonly AppliedMigration[] }
  | {
      readonly state: 'FAILED' | 'DRIFTED';
      readonly cause: MigrationCause;
      readonly schema?: readonly AppliedMigration[] | undefined;
      readonly isValid?: boolean;
    }
  | { readonly state: 'GONE' | 'STOPPED' }
  | { readonly state: 'AWAY'; readonly reason: string };

/** The target of a tenant's migration, and what may end it. */
export interface MigrationWork extends RunScripts {
  readonly watch: SessionWatch;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

interface Visited extends KnownSchema {
  readonly id: string;
  readonly serverId: string;
  readonly databaseName: string;
}

type Visit = (database: Connection, tenant: Visited) => Promise<MigrationOutcome>;

/** Migrates one tenant's database. */
@Injectable()
export class TenantMigrator {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /**
   * Retries while waiting may help, until `signal` ends it. Repeatable from any point at which it stopped. Throws if
   * the server is away, which is not the tenant's fault: a MigrationFailed if that happened within a script.
   */
  apply(tenantId: string, work: MigrationWork): Promise<MigrationOutcome> {
    const { scripts, known, signal } = work;
    return this.patiently(tenantId, work, async (database, tenant) => {
      const lacked = new Set(lackingIn(tenant, scripts));
      const doneFor = new Set(
        tenant.schemaSet?.names ?? scripts.map(({ name }) => name).filter((name) => !lacked.has(name)),
      );
      const { applied, history } = await migrate(database, scripts, {
        asRole: ownerRole,
        lockTimeoutMs,
        statementTimeoutMs: longestStatementMs,
        patienceMs,
        signal,
        known,
        closes: true,
        afterwards: { work: () => despiteContention(() => settleGrants(database)), doneFor },
      });
      // A crash may have come between a migration and the catalog: so migrations that the catalog does not know count too.
      const news = scripts.map(({ name }) => name).filter((name) => applied.includes(name) || !doneFor.has(name));
      return { state: 'DONE', applied: news, schema: history };
    });
  }

  /** What it would do, without doing it. */
  dryRun(tenantId: string, work: MigrationWork): Promise<MigrationOutcome> {
    return this.patiently(tenantId, work, async (database) => {
      const before = await appliedMigrations(database);
      const drift = driftOf(before, work.scripts, work.known);
      if (drift !== undefined) throw new MigrationDrift(drift);
      const has = new Set(before.map(({ name }) => name));
      return { state: 'DONE', applied: work.scripts.map(({ name }) => name).filter((name) => !has.has(name)) };
    });
  }

  /** What the catalog knows of it, and whether it is being carried to another server: what changes tables meanwhile would be missing there. */
  private async find(
    id: string,
  ): Promise<(Visited & { readonly isGone: boolean; readonly isMoving: boolean }) | undefined> {
    const [found] = await this.control.client.$queryRaw<
      (Omit<Visited, 'schemaSet'> & { names: string[] | null; isGone: boolean; isMoving: boolean })[]
    >`
      SELECT t."id"::text AS "id", t."serverId"::text AS "serverId", t."databaseName", t."schemaVersion", s."names",
             t."purgeStartedAt" IS NOT NULL AS "isGone",
             EXISTS (SELECT FROM "TenantMove" m WHERE m."tenantId" = t."id" AND m."finishedAt" IS NULL) AS "isMoving"
        FROM "Tenant" t LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId"
       WHERE t."id" = ${id}::uuid`;
    if (found === undefined) return undefined;
    const { names, ...tenant } = found;
    return { ...tenant, schemaSet: names === null ? null : { names } };
  }

  private async patiently(id: string, work: MigrationWork, visit: Visit): Promise<MigrationOutcome> {
    const { signal } = work;
    for (let attempt = 0, locked = 0; ; attempt++) {
      let tenant = await this.find(id);
      for (; tenant?.isMoving === true && !signal.aborted; tenant = await this.find(id))
        await sleep(movingMs, undefined, { signal }).catch(() => undefined);
      if (tenant === undefined || tenant.isGone) return { state: 'GONE' };
      const visited = tenant;
      let seen: Seen | undefined;
      try {
        return await this.connected(visited, work, async (database, session) => {
          try {
            return await visit(database, visited);
          } catch (error) {
            seen = { session, schema: await appliedMigrations(database).catch(() => undefined) };
            throw error;
          }
        });
      } catch (error) {
        if (signal.aborted) return { state: 'STOPPED' };
        if (seen?.session.hung === true) throw error instanceof MigrationFailed ? error.cause : error;
        if (isServerAway(error)) throw error;
        const waited = seen?.session.stopped === true || isLock(error);
        if (waited) locked++;
        const pauseMs = pausesMs[attempt];
        const isOver = pauseMs === undefined || locked === lockTries || error instanceof MigrationLocked;
        if (isOver || !(waited || isTransient(error instanceof MigrationFailed ? error.cause : error)))
          return failed(error, seen, await this.clear(visited, work, error));
        await sleep(pauseMs / 2 + (Math.random() * pauseMs) / 2, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return { state: 'STOPPED' };
      }
    }
  }

  /**
   * What a failed script left restricts customers' writes. It is removed as soon as the session that blocks this ends, within the time that
   * a lock may stop a tenant. Returns what remains.
   */
  private async clear(tenant: Visited, work: MigrationWork, error: unknown): Promise<readonly Leftover[]> {
    let left = error instanceof MigrationFailed ? error.left : [];
    for (const pauseMs of pausesMs.slice(0, clearings)) {
      if (left.length === 0 || work.signal.aborted) break;
      await sleep(pauseMs, undefined, { signal: work.signal }).catch(() => undefined);
      left = await this.connected(tenant, work, async (database) => {
        await database.query(`SET lock_timeout = ${lockTimeoutMs}; SET ROLE ${ownerRole}`);
        return (await clear(database, left)).left;
      }).catch(() => left);
    }
    return left;
  }

  private async connected<T>(
    { id, serverId, databaseName }: Visited,
    { watch, signal }: MigrationWork,
    work: (database: Connection, session: WatchedSession) => Promise<T>,
  ): Promise<T> {
    const server = await this.servers.server(serverId);
    const database = await server.connectToMigrate(databaseName);
    const session = watch.watch(database, signal);
    try {
      const { rows } = await database.query<{ comment: string | null }>(
        `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()`,
      );
      if (!bears(rows[0]?.comment ?? null, ownershipMarker(this.installation, id)))
        throw new Error(`The database ${databaseName} is not marked as this tenant's.`);
      return await work(database, session);
    } finally {
      session.end();
      if (database.stands) {
        const gone = once(database, 'end');
        database.close(); // Bounded, even if the server no longer answers.
        await gone;
      }
    }
  }
}

/** What a failed visit has found out. */
interface Seen {
  readonly session: WatchedSession;
  readonly schema: readonly AppliedMigration[] | undefined;
}

function isLock(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The result of a visit that ended with `error`. */
export function failed(error: unknown, seen?: Seen, left: readonly Leftover[] = []): MigrationOutcome {
  const schema = seen?.schema;
  const nowhere = { migration: null, sqlState: sqlState(error) ?? null, statement: null, line: null };
  if (error instanceof MigrationDrift) {
    const cause = { ...nowhere, message: error.message, migration: error.migrations[0] ?? null };
    return { state: 'DRIFTED', cause, schema };
  }
  if (!(error instanceof MigrationFailed)) {
    const isValid = !(error instanceof InvalidIndex);
    return { state: 'FAILED', cause: { ...nowhere, message: describeFailure(error) }, schema, isValid };
  }
  const { migration, statement } = error;
  const waited = seen?.session.stopped === true;
  const holder = waited || isLock(error) ? seen?.session.holder : undefined;
  const message = waited ? 'it waited for a lock for too long' : describeFailure(error.cause);
  const cause = {
    message: [
      message,
      ...(holder === undefined ? [] : [`held by ${describeHolder(holder)}`]),
      ...(left.length === 0 ? [] : [`${describeLeft(left)} is left, and is taken away first by the next try`]),
    ].join('; '),
    migration,
    sqlState: waited ? '55P03' : (error.sqlState ?? null),
    statement: statement?.text ?? null,
    line: statement?.line ?? null,
  };
  return { state: 'FAILED', cause, schema };
}
