import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { recordDeclarations } from '../tenant-databases/declared-migrations.js';
import { settledSets } from '../tenant-databases/schema-sets.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { enlist } from './enlistment.js';
import { RunInProgress } from './errors.js';
import type { MigrationRunDto } from './migration-run.dto.js';
import { defaultConcurrency, mostConcurrency, type CreateMigrationRunDto } from './migration-runs.dto.js';
import { MigrationRuns } from './migration-runs.service.js';
import { idsOfTenants } from './named-tenants.js';
import { assertMove, moves, stageEndsOf, unended, type MoveName } from './run-stages.js';
import { readFolder, targetOf, type TargetSchema } from './target-schema.js';

/** Operators' requests about migration runs; MigrationRunner carries them out. */
@Injectable()
export class MigrationRunOrders {
  constructor(
    private readonly control: ControlDatabase,
    private readonly runs: MigrationRuns,
    private readonly migrations: TenantMigrations,
  ) {}

  /** Throws RunInProgress, and InvalidReference for a named tenant that does not exist or has no database. */
  async create(origin: Origin, input: CreateMigrationRunDto): Promise<MigrationRunDto> {
    const folder = await readFolder(this.migrations);
    const target = targetOf(folder);
    return this.control.transaction(async (tx) => {
      await assertNoneRuns(tx);
      const { tenants, canary } = input;
      const ids = tenants === undefined ? undefined : await idsOfTenants(tx, 'tenants', tenants);
      const first = Array.isArray(canary) ? await idsOfTenants(tx, 'canary', canary, ids) : [];
      const data = { ...courseOf(input, first.length), migrations: asJson(target), everyTenant: ids === undefined };
      const { id } = await tx.migrationRun.create({ data });
      await recordDeclarations(tx, folder);
      const settled = await settledSets(tx, folder, namesOf(folder));
      const count = await enlist(tx, id, ids === undefined ? 'all' : { ids }, settled, first);
      await divide(tx, id);
      const details = { id, tenants: count, schemaVersion: target.at(-1)?.name ?? null, dryRun: data.dryRun };
      await recordEvent(tx, origin, { action: 'migration_run.created', details });
      return this.runs.find(id);
    });
  }

  /** Throws NotFound, InvalidTransition unless the run has ended without success, and RunInProgress. */
  async retry(origin: Origin, id: string): Promise<MigrationRunDto> {
    const folder = await readFolder(this.migrations);
    const target = targetOf(folder);
    return this.control.transaction(async (tx) => {
      const run = await this.lock(tx, id);
      assertMove('retry', run.status);
      await assertNoneRuns(tx);
      await recordDeclarations(tx, folder);
      const settled = await settledSets(tx, folder, namesOf(folder));
      const before = (run.migrations as unknown as TargetSchema).map(({ name }) => name);
      const isSameSchema = before.join() === target.map(({ name }) => name).join();
      await tx.$executeRaw`
        UPDATE "TenantMigration" m
           SET "state" = 'PENDING', "migration" = NULL, "sqlState" = NULL, "statement" = NULL, "line" = NULL, "error" = NULL,
               "startedAt" = NULL, "finishedAt" = NULL
          FROM "Tenant" t
         WHERE m."runId" = ${run.id}::uuid AND t."id" = m."tenantId"
           AND (m."state" IN ('FAILED', 'DRIFTED')
                OR (m."state" = 'DONE' AND NOT ${isSameSchema} AND NOT coalesce(t."schemaSetId" = ANY (${settled}::text[]), false)))`;
      await tx.$executeRaw`
        UPDATE "MigrationRun"
           SET "status" = 'RUNNING', "statusReason" = NULL, "attempt" = "attempt" + 1, "version" = "version" + 1,
               "migrations" = ${JSON.stringify(target)}::jsonb, "stage" = 0, "soakUntil" = NULL,
               "startedAt" = clock_timestamp(), "updatedAt" = clock_timestamp(), "finishedAt" = NULL
         WHERE "id" = ${run.id}::uuid`;
      await divide(tx, run.id);
      await recordEvent(tx, origin, { action: 'migration_run.retried', details: { id: run.id } });
      return this.runs.find(run.id);
    });
  }

  /** Throws NotFound, and InvalidTransition where `moves` does not have it. A soak goes on by the clock while its run is paused. */
  move(origin: Origin, id: string, name: Exclude<MoveName, 'retry'>): Promise<MigrationRunDto> {
    return this.control.transaction(async (tx) => {
      const run = await this.lock(tx, id);
      assertMove(name, run.status);
      const { to, done } = moves[name];
      await tx.$executeRaw`
        UPDATE "MigrationRun"
           SET "status" = CASE WHEN ${name} = 'resume' AND "soakUntil" > clock_timestamp()
                               THEN 'SOAKING' ELSE ${to} END::"MigrationRunStatus",
               "soakUntil" = CASE WHEN ${name} = 'pause' OR (${name} = 'resume' AND "soakUntil" > clock_timestamp())
                                  THEN "soakUntil" END,
               "finishedAt" = CASE WHEN ${name} = 'cancel' THEN clock_timestamp() END,
               "version" = "version" + 1, "updatedAt" = clock_timestamp()
         WHERE "id" = ${run.id}::uuid`;
      await recordEvent(tx, origin, { action: `migration_run.${done}`, details: { id: run.id } });
      return this.runs.find(run.id);
    });
  }

  /** Throws NotFound. */
  private async lock(tx: Prisma.TransactionClient, id: string) {
    const { id: found } = await this.runs.find(id);
    await tx.$executeRaw`SELECT FROM "MigrationRun" WHERE "id" = ${found}::uuid FOR UPDATE`;
    return tx.migrationRun.findUniqueOrThrow({ where: { id: found } });
  }
}

/** Allows one run at a time, and holds that place until the transaction ends. Throws RunInProgress. */
async function assertNoneRuns(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly'), hashtext('one migration run'))`;
  const running = await tx.migrationRun.findFirst({
    where: { status: { in: [...unended] } },
    select: { id: true },
  });
  if (running !== null) throw new RunInProgress(running.id);
}

function namesOf(migrations: readonly Migration[]): ReadonlySet<string> {
  return new Set(migrations.map(({ name }) => name));
}

/** How a run goes about its tenants; `named` canaries. */
function courseOf(input: CreateMigrationRunDto, named: number) {
  const { canary, waves = [], soak = null, perServer = null, pace = null, maxErrorRate = null } = input;
  const concurrency = input.concurrency ?? (perServer === null ? defaultConcurrency : mostConcurrency);
  const { maxFailures = null, dryRun = false } = input;
  const first = Array.isArray(canary) ? named : (canary ?? null);
  return { canary: first, waves, soak, concurrency, perServer, pace, maxErrorRate, maxFailures, dryRun };
}

/** Says where the run's stages end: those of the canary, then percents of the tenants up to the last one that waits. */
async function divide(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const { canary, waves } = await tx.migrationRun.findUniqueOrThrow({ where: { id } });
  const last = await tx.tenantMigration.findFirst({
    where: { runId: id, state: 'PENDING' },
    orderBy: { position: 'desc' },
    select: { position: true },
  });
  const stageEnds = stageEndsOf(last === null ? 0 : last.position + 1, canary, waves);
  await tx.migrationRun.update({ where: { id }, data: { stageEnds }, select: { id: true } });
}

function asJson(target: TargetSchema): Prisma.InputJsonArray {
  return target.map(({ name, checksum }) => ({ name, checksum }));
}
