import { ControlDatabase, type MigrationRunStatus, type Prisma } from '@helpdeskly/catalog';
import { InvalidReference, InvalidTransition, ValidationFailed } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import type { Migration } from '@helpdeskly/migrator';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { settledSets } from '../tenant-databases/schema-sets.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { mayBeMigrated } from '../tenant-status/tenant-policy.js';
import { enlist } from './enlistment.js';
import { RunInProgress } from './errors.js';
import type { MigrationRunDto } from './migration-run.dto.js';
import { defaultConcurrency, type CreateMigrationRunDto } from './migration-runs.dto.js';
import { MigrationRuns } from './migration-runs.service.js';
import { readFolder, targetOf, type TargetSchema } from './target-schema.js';

const ended: readonly MigrationRunStatus[] = ['FAILED', 'HALTED', 'CANCELLED'];

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
    const { canary = null, concurrency = defaultConcurrency, maxFailures = null, dryRun = false, tenants } = input;
    return this.control.transaction(async (tx) => {
      await assertNoneRuns(tx);
      const ids = tenants === undefined ? undefined : await idsOf(tx, tenants);
      const { id } = await tx.migrationRun.create({
        data: { migrations: asJson(target), everyTenant: ids === undefined, canary, concurrency, maxFailures, dryRun },
      });
      const settled = await settledSets(tx, folder, namesOf(folder));
      const count = await enlist(tx, id, ids === undefined ? 'all' : { ids }, settled);
      const details = { id, tenants: count, schemaVersion: target.at(-1)?.name ?? null, dryRun };
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
      if (!ended.includes(run.status)) throw new InvalidTransition(run.status, 'RUNNING', movesFrom(run.status));
      await assertNoneRuns(tx);
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
               "migrations" = ${JSON.stringify(target)}::jsonb,
               "startedAt" = clock_timestamp(), "updatedAt" = clock_timestamp(), "finishedAt" = NULL
         WHERE "id" = ${run.id}::uuid`;
      await recordEvent(tx, origin, { action: 'migration_run.retried', details: { id: run.id } });
      return this.runs.find(run.id);
    });
  }

  /** Throws NotFound, and InvalidTransition unless it is RUNNING. */
  cancel(origin: Origin, id: string): Promise<MigrationRunDto> {
    return this.control.transaction(async (tx) => {
      const run = await this.lock(tx, id);
      if (run.status !== 'RUNNING') throw new InvalidTransition(run.status, 'CANCELLED', movesFrom(run.status));
      const now = new Date();
      const data = { status: 'CANCELLED', version: { increment: 1 }, updatedAt: now, finishedAt: now } as const;
      await tx.migrationRun.update({ where: { id: run.id }, data, select: { id: true } });
      await recordEvent(tx, origin, { action: 'migration_run.cancelled', details: { id: run.id } });
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
  const running = await tx.migrationRun.findFirst({ where: { status: 'RUNNING' }, select: { id: true } });
  if (running !== null) throw new RunInProgress(running.id);
}

function namesOf(migrations: readonly Migration[]): ReadonlySet<string> {
  return new Set(migrations.map(({ name }) => name));
}

function movesFrom(status: MigrationRunStatus): MigrationRunStatus[] {
  if (status === 'RUNNING') return ['CANCELLED'];
  return ended.includes(status) ? ['RUNNING'] : [];
}

async function idsOf(tx: Prisma.TransactionClient, names: readonly string[]): Promise<string[]> {
  if (names.length === 0)
    throw new ValidationFailed([
      { field: 'tenants', code: 'empty', message: 'Name a tenant, or leave the field out.' },
    ]);
  const [ids, slugs] = [names.filter(isUuid), names.filter((name) => !isUuid(name))];
  const found = await tx.tenant.findMany({
    where: { OR: [{ id: { in: ids } }, { slug: { in: slugs } }] },
    select: { id: true, slug: true, status: true },
  });
  return names.map((name, index) => {
    const tenant = found.find(({ id, slug }) => id === name.toLowerCase() || slug === name);
    if (tenant === undefined) throw new InvalidReference(`tenants.${index}`, `There is no tenant ${name}.`);
    if (!mayBeMigrated(tenant.status))
      throw new InvalidReference(
        `tenants.${index}`,
        `The tenant ${tenant.slug} is ${tenant.status}: it has no database yet.`,
      );
    return tenant.id;
  });
}

function asJson(target: TargetSchema): Prisma.InputJsonArray {
  return target.map(({ name, checksum }) => ({ name, checksum }));
}
