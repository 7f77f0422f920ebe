import { ControlDatabase, type MigrationRun, type Prisma } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { enlist } from './enlistment.js';
import type { TargetSchema } from './target-schema.js';
import type { MigrationOutcome } from './tenant-migrator.js';

/** A tenant whose turn it is. */
export interface Turn {
  readonly id: string;
  readonly tenantId: string;
  readonly takes: number;
}

/** Where each tenant of a run stands, in the control database: whoever takes over a run reads on from here. */
export class RunBook {
  constructor(private readonly control: ControlDatabase) {}

  /** Runs that want somebody: those under way, and those whose last driver left tenants behind in the middle. */
  async open(): Promise<readonly string[]> {
    const runs = await this.control.client.migrationRun.findMany({
      where: { OR: [{ status: 'RUNNING' }, { tenants: { some: { state: 'RUNNING' } } }] },
      select: { id: true },
      orderBy: { createdAt: 'asc' },
    });
    return runs.map(({ id }) => id);
  }

  find(id: string): Promise<MigrationRun | null> {
    return this.control.client.migrationRun.findUnique({ where: { id } });
  }

  /** Puts back what a driver had taken that is gone. */
  async releaseAbandoned(runId: string): Promise<void> {
    await this.control.client.tenantMigration.updateMany({
      where: { runId, state: 'RUNNING' },
      data: { state: 'PENDING', startedAt: null },
    });
  }

  /**
   * Takes the next tenant, of those before position `below`; undefined when none waits or the run has ended. It is chosen
   * once, hence MATERIALIZED: a join may run a subquery again for each row, and it would choose another one each time.
   */
  async take(runId: string, below: number | null): Promise<Turn | undefined> {
    const [turn] = await this.control.client.$queryRaw<Turn[]>`
      WITH next AS MATERIALIZED (
        SELECT w."id" FROM "TenantMigration" w JOIN "MigrationRun" r ON r."id" = w."runId"
         WHERE w."runId" = ${runId}::uuid AND w."state" = 'PENDING' AND r."status" = 'RUNNING'
           AND (${below}::int IS NULL OR w."position" < ${below}::int)
         ORDER BY w."position" LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
      UPDATE "TenantMigration" m
         SET "state" = 'RUNNING', "takes" = m."takes" + 1, "startedAt" = clock_timestamp(), "finishedAt" = NULL
        FROM next WHERE m."id" = next."id"
      RETURNING m."id"::text AS "id", m."tenantId"::text AS "tenantId", m."takes"`;
    return turn;
  }

  /** Writes down how a turn went, unless somebody else has taken the tenant since. */
  async settle(run: MigrationRun, turn: Turn, outcome: MigrationOutcome): Promise<void> {
    await this.control.transaction(async (tx) => {
      const { count } = await tx.tenantMigration.updateMany({
        where: { id: turn.id, state: 'RUNNING', takes: turn.takes },
        data: entryOf(outcome),
      });
      if (count === 0) return;
      if (outcome.state === 'GONE') await tx.tenantMigration.delete({ where: { id: turn.id }, select: { id: true } });
      if (!('schemaVersion' in outcome) || run.dryRun) return;
      await this.learn(tx, run, turn, outcome);
    });
  }

  private async learn(
    tx: Prisma.TransactionClient,
    run: MigrationRun,
    { tenantId }: Turn,
    { schemaVersion }: Extract<MigrationOutcome, { schemaVersion: unknown }>,
  ): Promise<void> {
    const [moved] = await tx.$queryRaw<{ slug: string; from: string | null }[]>`
      UPDATE "Tenant" t
         SET "schemaVersion" = ${schemaVersion}, "version" = t."version" + 1, "updatedAt" = clock_timestamp()
        FROM (SELECT "id", "schemaVersion" FROM "Tenant" WHERE "id" = ${tenantId}::uuid FOR UPDATE) AS before
       WHERE t."id" = before."id"
         AND (before."schemaVersion" IS NULL OR before."schemaVersion" < ${schemaVersion})
      RETURNING t."slug", before."schemaVersion" AS "from"`;
    if (moved === undefined) return;
    const details = { from: moved.from, to: schemaVersion, migrationRunId: run.id };
    await recordSystemEvent(tx, { action: 'tenant.migrated', tenantId, tenantSlug: moved.slug, details });
  }

  /** Halts a run whose failures are as many as it may have. */
  async haltAt(run: MigrationRun): Promise<void> {
    const { id, maxFailures } = run;
    if (maxFailures === null) return;
    const failures = await this.control.client.tenantMigration.count({
      where: { runId: id, state: { in: ['FAILED', 'DRIFTED'] } },
    });
    if (failures >= maxFailures) await this.end(run, 'HALTED', `${failures} tenants failed or drifted.`);
  }

  /** How many of the tenants before position `below` are not done. */
  behind(runId: string, below: number): Promise<number> {
    return this.control.client.tenantMigration.count({
      where: { runId, position: { lt: below }, state: { not: 'DONE' } },
    });
  }

  /** Takes on tenants that came to life with an older schema meanwhile; answers whether there are any. */
  async enlistLate({ id, everyTenant, dryRun, migrations }: MigrationRun): Promise<boolean> {
    const last = (migrations as unknown as TargetSchema).at(-1)?.name;
    if (!everyTenant || dryRun || last === undefined) return false;
    return (await this.control.transaction((tx) => enlist(tx, id, { olderThan: last }))) > 0;
  }

  /** Ends a run all of whose tenants have been seen to. */
  async finish(run: MigrationRun): Promise<void> {
    const groups = await this.control.client.tenantMigration.groupBy({
      by: ['state'],
      where: { runId: run.id },
      _count: { _all: true },
    });
    const of = (state: string) => groups.find((group) => group.state === state)?._count._all ?? 0;
    if (of('PENDING') + of('RUNNING') > 0) return; // Put back, or retried, since.
    const problems = [
      ...(of('FAILED') > 0 ? [`${of('FAILED')} failed`] : []),
      ...(of('DRIFTED') > 0 ? [`${of('DRIFTED')} drifted`] : []),
    ];
    if (problems.length === 0) await this.end(run, 'SUCCEEDED', null);
    else await this.end(run, 'FAILED', `Of the tenants, ${problems.join(' and ')}.`);
  }

  /** Nothing happens to a run that has ended, or begun anew, since `run` was read. */
  async end(run: MigrationRun, status: 'SUCCEEDED' | 'FAILED' | 'HALTED', statusReason: string | null): Promise<void> {
    await this.control.transaction(async (tx) => {
      const now = new Date();
      const { count } = await tx.migrationRun.updateMany({
        where: { id: run.id, status: 'RUNNING', attempt: run.attempt },
        data: { status, statusReason, version: { increment: 1 }, updatedAt: now, finishedAt: now },
      });
      if (count === 0) return;
      const details = { id: run.id, ...(statusReason === null ? {} : { reason: statusReason }) };
      await recordSystemEvent(tx, { action: `migration_run.${status.toLowerCase()}`, details });
    });
  }
}

function entryOf(outcome: MigrationOutcome): Prisma.TenantMigrationUpdateManyMutationInput {
  if (!('schemaVersion' in outcome)) return { state: 'PENDING', startedAt: null };
  const finishedAt = new Date();
  if (!('cause' in outcome)) return { state: 'DONE', applied: [...outcome.applied], finishedAt };
  const { message: error, ...where } = outcome.cause;
  return { state: outcome.state, error, ...where, finishedAt };
}
