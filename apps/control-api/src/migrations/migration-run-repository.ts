import { ControlDatabase, Prisma, type MigrationRun, type ServerState } from '@helpdeskly/catalog';
import type { AppliedMigration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { lastOf, recordSchemaSet, settledSets } from '../tenant-databases/schema-sets.js';
import { enlist } from './enlistment.js';
import { driven } from './run-stages.js';
import type { RunScripts } from './target-schema.js';
import type { MigrationOutcome } from './tenant-migrator.js';

/** A tenant whose turn it is. */
export interface Turn {
  readonly id: string;
  readonly tenantId: string;
  readonly takes: number;
}

/** The state of each tenant of a run, in the control database: a process that takes over a run reads it. */
@Injectable()
export class MigrationRunRepository {
  private taking: Promise<unknown> = Promise.resolve();

  constructor(private readonly control: ControlDatabase) {}

  /** Runs that need a process: running and soaking ones, and those whose last process left tenants unfinished. */
  async open(): Promise<readonly string[]> {
    const runs = await this.control.client.migrationRun.findMany({
      where: { OR: [{ status: { in: [...driven] } }, { tenants: { some: { state: 'RUNNING' } } }] },
      select: { id: true },
      orderBy: { createdAt: 'asc' },
    });
    return runs.map(({ id }) => id);
  }

  find(id: string): Promise<MigrationRun | null> {
    return this.control.client.migrationRun.findUnique({ where: { id } });
  }

  /** Resets tenants that a vanished process had taken. */
  async releaseAbandoned(runId: string): Promise<void> {
    await this.control.client.tenantMigration.updateMany({
      where: { runId, state: 'RUNNING' },
      data: { state: 'PENDING', startedAt: null },
    });
  }

  /**
   * Takes the next tenant on a server, of those before position `below`; first one that an app-api asked for. Undefined if
   * none may be taken now: none waits, another run still works on it, or the tenants in progress may use up the run's allowed failures.
   * MATERIALIZED chooses it once: a join may run a subquery again for each row, and would choose another tenant each
   * time. Takes run one after the other, or two would count the same possible failures.
   */
  take(run: MigrationRun, serverId: string, below: number | null): Promise<Turn | undefined> {
    const taking = this.taking.then(() => this.takeNow(run, serverId, below));
    this.taking = taking.catch(() => undefined);
    return taking;
  }

  private async takeNow(run: MigrationRun, serverId: string, below: number | null): Promise<Turn | undefined> {
    const waiting = Prisma.sql`
      "TenantMigration" w JOIN "MigrationRun" r ON r."id" = w."runId"
       WHERE w."runId" = ${run.id}::uuid AND w."serverId" = ${serverId}::uuid AND w."state" = 'PENDING'
         AND r."status" = 'RUNNING' AND (${below}::int IS NULL OR w."position" < ${below}::int)
         AND NOT EXISTS (SELECT FROM "TenantMigration" o
                          WHERE o."tenantId" = w."tenantId" AND o."runId" <> w."runId" AND o."state" = 'RUNNING')`;
    const [turn] = await this.control.client.$queryRaw<Turn[]>`
      WITH next AS MATERIALIZED (
        SELECT coalesce(
          (SELECT w."id" FROM ${waiting} AND w."movedUpAt" IS NOT NULL ORDER BY w."movedUpAt" LIMIT 1),
          (SELECT w."id" FROM ${waiting} ORDER BY w."position" LIMIT 1)) AS "id")
      UPDATE "TenantMigration" m
         SET "state" = 'RUNNING', "takes" = m."takes" + 1, "error" = NULL,
             "startedAt" = clock_timestamp(), "finishedAt" = NULL
        FROM next
       WHERE m."id" = next."id" AND m."state" = 'PENDING'
         AND (${run.maxFailures}::int IS NULL
              OR ${run.maxFailures}::int > (SELECT count(*) FROM "TenantMigration" f
                                    WHERE f."runId" = ${run.id}::uuid AND f."state" IN ('RUNNING', 'FAILED', 'DRIFTED')))
      RETURNING m."id"::text AS "id", m."tenantId"::text AS "tenantId", m."takes"`;
    return turn;
  }

  /** Whether a tenant on that server waits for its turn, while the run continues. */
  async waits(runId: string, serverId: string, below: number | null): Promise<boolean> {
    const waiting = await this.control.client.tenantMigration.findFirst({
      where: {
        runId,
        serverId,
        state: 'PENDING',
        run: { status: 'RUNNING' },
        ...(below === null ? {} : { position: { lt: below } }),
      },
      select: { id: true },
    });
    return waiting !== null;
  }

  /** Whether the run continues unchanged since it was read. */
  async goesOn({ id, attempt }: MigrationRun): Promise<boolean> {
    const where = { id, attempt, status: { in: [...driven] } };
    return (await this.control.client.migrationRun.count({ where })) === 1;
  }

  /** The servers of waiting tenants. */
  async servers(runId: string): Promise<readonly string[]> {
    const rows = await this.control.client.tenantMigration.groupBy({
      by: ['serverId'],
      where: { runId, state: 'PENDING' },
    });
    return rows.map(({ serverId }) => serverId);
  }

  serverOf(id: string): Promise<{ name: string; state: ServerState } | null> {
    return this.control.client.databaseServer.findUnique({ where: { id }, select: { name: true, state: true } });
  }

  /** Stores with each tenant of a server, and with the run, why they wait; null if they no longer do. */
  async explain(runId: string, serverId: string, reason: string | null): Promise<void> {
    await this.control.client.$executeRaw`
      UPDATE "TenantMigration" SET "error" = ${reason}
       WHERE "runId" = ${runId}::uuid AND "serverId" = ${serverId}::uuid AND "state" = 'PENDING'
         AND "error" IS DISTINCT FROM ${reason}
         AND EXISTS (SELECT FROM "MigrationRun" r WHERE r."id" = ${runId}::uuid AND r."status" = 'RUNNING')`;
    await this.control.client.$executeRaw`
      UPDATE "MigrationRun" r
         SET "statusReason" = (SELECT string_agg(DISTINCT m."error", ' ') FROM "TenantMigration" m
                                WHERE m."runId" = r."id" AND m."state" = 'PENDING')
       WHERE r."id" = ${runId}::uuid AND r."status" = 'RUNNING'`;
  }

  /** Stores why a run waits that continues; null if it no longer does. */
  async say(runId: string, statusReason: string | null): Promise<void> {
    await this.control.client.$executeRaw`
      UPDATE "MigrationRun" SET "statusReason" = ${statusReason}
       WHERE "id" = ${runId}::uuid AND "status" = 'RUNNING' AND "statusReason" IS DISTINCT FROM ${statusReason}`;
  }

  /** Records a turn's result, unless another process has taken the tenant since. */
  async settle(run: MigrationRun, turn: Turn, outcome: MigrationOutcome): Promise<void> {
    await this.control.transaction(async (tx) => {
      const { count } = await tx.tenantMigration.updateMany({
        where: { id: turn.id, state: 'RUNNING', takes: turn.takes },
        data: entryOf(outcome),
      });
      if (count === 0) return;
      if (outcome.state === 'GONE') await tx.tenantMigration.delete({ where: { id: turn.id }, select: { id: true } });
      if ('schema' in outcome && outcome.schema !== undefined && !run.dryRun) await this.learn(tx, run, turn, outcome);
    });
  }

  /** The database's own state counts, whatever the catalog said. A database with an invalid index is checked again. */
  private async learn(
    tx: Prisma.TransactionClient,
    run: MigrationRun,
    { tenantId }: Turn,
    outcome: { readonly schema?: readonly AppliedMigration[] | undefined; readonly isValid?: boolean },
  ): Promise<void> {
    const schema = outcome.schema ?? [];
    const setId = outcome.isValid === false ? null : await recordSchemaSet(tx, schema);
    const schemaVersion = lastOf(schema);
    const [moved] = await tx.$queryRaw<{ slug: string; from: string | null; had: string[] | null; isNews: boolean }[]>`
      UPDATE "Tenant" t
         SET "schemaSetId" = ${setId}, "schemaVersion" = ${schemaVersion},
             "version" = t."version" + before."news", "updatedAt" = clock_timestamp()
        FROM (SELECT t."id", t."schemaVersion", s."names",
                     (t."schemaVersion" IS DISTINCT FROM ${schemaVersion}
                      OR (t."schemaSetId" IS NOT NULL AND ${setId}::text IS NOT NULL))::int AS "news"
                FROM "Tenant" t LEFT JOIN "SchemaSet" s ON s."id" = t."schemaSetId"
               WHERE t."id" = ${tenantId}::uuid AND t."schemaSetId" IS DISTINCT FROM ${setId} FOR UPDATE OF t) AS before
       WHERE t."id" = before."id"
      RETURNING t."slug", before."schemaVersion" AS "from", before."names" AS "had", before."news" = 1 AS "isNews"`;
    if (moved?.isNews !== true) return;
    const had = new Set(moved.had ?? []);
    const migrations = schema.map(({ name }) => name).filter((name) => !had.has(name));
    const details = {
      from: moved.from,
      to: schemaVersion,
      migrationRunId: run.id,
      ...(moved.had === null ? {} : { migrations }),
    };
    await recordSystemEvent(tx, { action: 'tenant.migrated', tenantId, tenantSlug: moved.slug, details });
  }

  /** Halts a run that has reached its allowed failures. */
  async haltAt(run: MigrationRun): Promise<void> {
    const { id, maxFailures } = run;
    if (maxFailures === null) return;
    const failures = await this.control.client.tenantMigration.count({
      where: { runId: id, state: { in: ['FAILED', 'DRIFTED'] } },
    });
    if (failures >= maxFailures) {
      const reason = failures === 1 ? '1 tenant failed or drifted.' : `${failures} tenants failed or drifted.`;
      await this.end(run, 'HALTED', reason);
    }
  }

  /** How many tenants are before position `below`, and how many of these are not done. */
  async before(runId: string, below: number): Promise<{ readonly all: number; readonly behind: number }> {
    const where = { runId, position: { lt: below } };
    const { tenantMigration } = this.control.client;
    const [all, behind] = await Promise.all([
      tenantMigration.count({ where }),
      tenantMigration.count({ where: { ...where, state: { not: 'DONE' } } }),
    ]);
    return { all, behind };
  }

  /** Whether a tenant before position `below` has not come to an end. */
  async isLeft(runId: string, below: number | null): Promise<boolean> {
    const position = below === null ? {} : { position: { lt: below } };
    const where = {
      runId,
      state: { in: ['PENDING', 'RUNNING'] },
      ...position,
    } satisfies Prisma.TenantMigrationWhereInput;
    return (await this.control.client.tenantMigration.findFirst({ where, select: { id: true } })) !== null;
  }

  /** Adds tenants that meanwhile became ACTIVE with another schema; returns whether there are any. */
  async enlistLate({ id, everyTenant, dryRun }: MigrationRun, { scripts, known }: RunScripts): Promise<boolean> {
    if (!everyTenant || dryRun || scripts.length === 0) return false;
    return this.control.transaction(
      async (tx) => (await enlist(tx, id, 'late', await settledSets(tx, scripts, known))) > 0,
    );
  }

  /** Ends a run when all of its tenants are done. */
  async finish(run: MigrationRun): Promise<void> {
    const groups = await this.control.client.tenantMigration.groupBy({
      by: ['state'],
      where: { runId: run.id },
      _count: { _all: true },
    });
    const of = (state: string) => groups.find((group) => group.state === state)?._count._all ?? 0;
    if (of('PENDING') + of('RUNNING') > 0) return; // Reset, or retried, since.
    const problems = [
      ...(of('FAILED') > 0 ? [`${of('FAILED')} failed`] : []),
      ...(of('DRIFTED') > 0 ? [`${of('DRIFTED')} drifted`] : []),
    ];
    if (problems.length === 0) await this.end(run, 'SUCCEEDED', null);
    else await this.end(run, 'FAILED', `Of the tenants, ${problems.join(' and ')}.`);
  }

  /** Does nothing if the run has ended, or restarted, since `run` was read. */
  async end(run: MigrationRun, status: 'SUCCEEDED' | 'FAILED' | 'HALTED', statusReason: string | null): Promise<void> {
    await this.control.transaction(async (tx) => {
      const now = new Date();
      const { count } = await tx.migrationRun.updateMany({
        where: { id: run.id, status: { in: [...driven] }, attempt: run.attempt },
        data: { status, statusReason, soakUntil: null, version: { increment: 1 }, updatedAt: now, finishedAt: now },
      });
      if (count === 0) return;
      const details = { id: run.id, ...(statusReason === null ? {} : { reason: statusReason }) };
      await recordSystemEvent(tx, { action: `migration_run.${status.toLowerCase()}`, details });
    });
  }
}

function entryOf(outcome: MigrationOutcome): Prisma.TenantMigrationUpdateManyMutationInput {
  const finishedAt = new Date();
  switch (outcome.state) {
    case 'AWAY':
      return { state: 'PENDING', startedAt: null, error: outcome.reason };
    case 'GONE':
    case 'STOPPED':
      return { state: 'PENDING', startedAt: null };
    case 'DONE':
      return { state: 'DONE', applied: [...outcome.applied], finishedAt };
    case 'FAILED':
    case 'DRIFTED': {
      const { message: error, ...where } = outcome.cause;
      return { state: outcome.state, error, ...where, finishedAt };
    }
  }
}
