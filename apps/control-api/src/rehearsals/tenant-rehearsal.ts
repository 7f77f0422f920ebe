import { ControlDatabase } from '@helpdeskly/catalog';
import type { Connection } from '@helpdeskly/database';
import { appliedMigrations, migrate, type Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { failed } from '../migrations/tenant-migrator.js';
import type { RunScripts } from '../migrations/target-schema.js';
import { isServerAway, ServerRests } from '../server-connections/server-breaker.js';
import { longestStatementMs, type TenantServer } from '../server-connections/tenant-server.js';
import { settleGrants } from '../tenant-databases/database-grants.js';
import { ownerRole } from '../tenant-databases/server-roles.js';
import { mustHaveDatabase } from '../tenant-status/tenant-policy.js';
import { LockWatch, lockWitness, type HeldLock } from './lock-watch.js';
import { rewrittenIn, storedRelations } from './rewritten-relations.js';
import { TenantCopies } from './tenant-copies.js';

/** What a rehearsal found of one tenant. */
export interface Rehearsed {
  readonly applied: readonly string[];
  readonly sizeBytes: number | null;
  readonly durationMs: number | null;
  readonly locks: readonly HeldLock[];
  readonly rewrites: readonly string[];
  readonly sizeChange: number | null;
  readonly error: string | null;
}

export const nothing: Rehearsed = {
  applied: [],
  sizeBytes: null,
  durationMs: null,
  locks: [],
  rewrites: [],
  sizeChange: null,
  error: null,
};

/** Raised when the connection to a copy broke: the server may have gone away, or somebody has dropped the copy. */
class CopyLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the copy broke', { cause });
    this.name = 'CopyLost';
  }
}

/** Whether another try may help. */
export function isLost(error: unknown): boolean {
  return error instanceof CopyLost || error instanceof ServerRests || isServerAway(error);
}

/** Tries migrations on a copy of one tenant's database. */
@Injectable()
export class TenantRehearsal {
  constructor(
    private readonly control: ControlDatabase,
    private readonly copies: TenantCopies,
  ) {}

  /**
   * Undefined for a tenant that has no database any more. What is wrong with the database or a migration is the answer. Throws if its
   * server is away, and the reason of `signal`. `id` names the copy.
   */
  async try(id: string, tenantId: string, work: RunScripts, signal: AbortSignal): Promise<Rehearsed | undefined> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId }, include: { server: true } });
    if (tenant === null || !mustHaveDatabase(tenant)) return undefined;
    if (tenant.server.state === 'OFFLINE')
      return { ...nothing, error: `The database server ${tenant.server.name} is OFFLINE.` };
    let sizeBytes: number | null = null;
    try {
      return await this.copies.during(tenant, id, signal, async (server, name) => {
        sizeBytes = await sizeOf(server, tenant.databaseName);
        return { ...(await tryOn(server, name, work, signal)), sizeBytes };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (isLost(error)) throw error;
      return { ...nothing, sizeBytes, error: describe(error) };
    }
  }
}

async function tryOn(
  server: TenantServer,
  name: string,
  { scripts, known }: RunScripts,
  signal: AbortSignal,
): Promise<Rehearsed> {
  const database = await server.connectToMigrate(name);
  const beside = await server.connect(name);
  const stop = () => database.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [size, relations] = [await sizeOf(server, name), await storedRelations(beside)];
    const { processID } = database as unknown as { processID: number };
    const watch = await LockWatch.begin(beside, processID);
    const { applied, durationMs, error } = await timed(database, scripts, known);
    if (error !== undefined && !database.stands) throw new CopyLost(error);
    const locks = await watch.end();
    signal.throwIfAborted();
    return {
      applied,
      sizeBytes: null,
      durationMs: error === undefined ? durationMs : null,
      locks,
      rewrites: rewrittenIn(relations, await storedRelations(beside)),
      sizeChange: (await sizeOf(server, name)) - size,
      error: error === undefined ? null : describe(error),
    };
  } finally {
    signal.removeEventListener('abort', stop);
    database.close();
    await beside.end();
  }
}

interface Timed {
  readonly applied: readonly string[];
  readonly durationMs: number;
  readonly error: unknown;
}

/** As a run does it, which would not wait for anybody here: nobody else uses a copy. */
async function timed(database: Connection, wanted: readonly Migration[], known: ReadonlySet<string>): Promise<Timed> {
  const before = new Set((await appliedMigrations(database)).map(({ name }) => name));
  const begun = performance.now();
  const options = {
    asRole: ownerRole,
    statementTimeoutMs: longestStatementMs,
    known,
    witness: lockWitness,
    afterwards: { work: (client: ClientBase) => settleGrants(client) },
  };
  let error: unknown;
  await migrate(database, wanted, options).catch((reason: unknown) => (error = reason));
  const durationMs = performance.now() - begun;
  const after = database.stands ? await appliedMigrations(database) : [];
  return { applied: after.map(({ name }) => name).filter((name) => !before.has(name)), durationMs, error };
}

async function sizeOf(server: TenantServer, name: string): Promise<number> {
  const { rows } = await server.admin.query<{ bytes: string }>('SELECT pg_database_size($1::name)::text AS bytes', [
    name,
  ]);
  return Number(rows[0]?.bytes);
}

/** In the words of a run's causes. */
export function describe(error: unknown): string {
  const outcome = failed(error);
  if (!('cause' in outcome)) return String(error);
  const { message, migration, sqlState, statement, line } = outcome.cause;
  const where = statement === null ? '' : ` Line ${line}: ${statement}`;
  return migration === null
    ? message
    : `The migration ${migration} failed: ${message}${sqlState === null ? '' : ` (${sqlState})`}.${where}`;
}
