import type { ControlDatabase, MigrationRun, TenantMigration } from '@helpdeskly/catalog';
import type { MigrationCountsDto, MigrationRunDto, TenantMigrationDto } from './migration-run.dto.js';
import { stageAt } from './run-stages.js';
import type { TargetSchema } from './target-schema.js';

export interface RunCounts extends MigrationCountsDto {
  /** How many tenants ended in the current attempt. */
  readonly ended: number;
}

const none: RunCounts = { total: 0, pending: 0, running: 0, done: 0, failed: 0, drifted: 0, ended: 0 };

/** The progress of runs, by their ids. */
export async function countTenants(
  control: Pick<ControlDatabase, 'client'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RunCounts>> {
  const rows = await control.client.$queryRaw<(RunCounts & { runId: string })[]>`
    SELECT m."runId"::text AS "runId", count(*)::int AS "total",
           count(*) FILTER (WHERE m."state" = 'PENDING')::int AS "pending",
           count(*) FILTER (WHERE m."state" = 'RUNNING')::int AS "running",
           count(*) FILTER (WHERE m."state" = 'DONE')::int AS "done",
           count(*) FILTER (WHERE m."state" = 'FAILED')::int AS "failed",
           count(*) FILTER (WHERE m."state" = 'DRIFTED')::int AS "drifted",
           count(*) FILTER (WHERE m."finishedAt" >= r."startedAt")::int AS "ended"
      FROM "TenantMigration" m JOIN "MigrationRun" r ON r."id" = m."runId"
     WHERE m."runId" = ANY (${ids}::uuid[])
     GROUP BY m."runId"`;
  return new Map(rows.map(({ runId, ...counts }) => [runId, counts]));
}

export function viewRun(run: MigrationRun, counts: RunCounts = none): MigrationRunDto {
  const { id, status, statusReason, dryRun, canary, concurrency, maxFailures, attempt, version } = run;
  const { waves, soak, perServer, pace, maxErrorRate } = run;
  const { ended, ...shown } = counts;
  const minutes = ((run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime()) / 60_000;
  const rate = ended === 0 || minutes <= 0 ? null : Math.round((ended / minutes) * 10) / 10;
  const left = counts.pending + counts.running;
  return {
    id,
    status,
    statusReason,
    schemaVersion: (run.migrations as unknown as TargetSchema).at(-1)?.name ?? null,
    dryRun,
    canary,
    waves,
    stages: { total: run.stageEnds.length + 1, done: run.stage },
    soak,
    soakUntil: run.soakUntil?.toISOString() ?? null,
    concurrency,
    perServer,
    pace,
    maxErrorRate,
    maxFailures,
    attempt,
    counts: shown,
    rate,
    eta: status !== 'RUNNING' || !rate ? null : new Date(Date.now() + (left / rate) * 60_000).toISOString(),
    version,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

export type TenantMigrationRow = TenantMigration & { readonly tenant: { readonly slug: string } };

export function viewTenantMigration(run: MigrationRun, row: TenantMigrationRow): TenantMigrationDto {
  const { tenantId, state, fromVersion, applied, error, migration, sqlState, statement, line } = row;
  return {
    tenantId,
    tenantSlug: row.tenant.slug,
    state,
    stage: stageAt(run, row.position) + 1,
    fromVersion,
    applied,
    cause: error === null ? null : { message: error, migration, sqlState, statement, line },
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
