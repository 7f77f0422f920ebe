import { ControlDatabase, type MigrationRehearsal, type Prisma, type RehearsedTenant } from '@helpdeskly/catalog';
import { InvalidReference, NotFound, ValidationFailed } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { idsOfTenants } from '../migrations/named-tenants.js';
import { readFolder, targetOf, type TargetSchema } from '../migrations/target-schema.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { forgetOldRehearsals } from './rehearsals.queries.js';
import type {
  CreateRehearsalDto,
  ListRehearsalsQuery,
  RehearsalDto,
  RehearsalForecastDto,
  RehearsalProgressDto,
  RehearsalReportDto,
  RehearsedLockDto,
  RehearsedTenantDto,
} from './rehearsals.dto.js';

/** Operators' requests about rehearsals; RehearsalRunner carries them out. */
@Injectable()
export class Rehearsals {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly migrations: TenantMigrations,
  ) {}

  /** Throws InvalidReference for a migration or tenant that is not there, and ValidationFailed for an empty list. */
  async create(origin: Origin, { migrations, tenants }: CreateRehearsalDto): Promise<RehearsalReportDto> {
    const target = named(targetOf(await readFolder(this.migrations)), migrations);
    const id = await this.control.transaction(async (tx) => {
      const ids = tenants === undefined ? [] : await idsOfTenants(tx, 'tenants', tenants);
      await forgetOldRehearsals(tx);
      const data = { migrations: target.map(({ name, checksum }) => ({ name, checksum })), named: ids };
      const { id: made } = await tx.migrationRehearsal.create({ data, select: { id: true } });
      const details = { id: made, migrations: target.length, named: ids.length };
      await recordEvent(tx, origin, { action: 'migration_rehearsal.created', details });
      return made;
    });
    return this.find(id);
  }

  /** Newest first. */
  list(query: ListRehearsalsQuery): Promise<Page<RehearsalDto>> {
    const { migrationRehearsal } = this.control.client;
    return this.lists.page(query, {
      route: 'migration-rehearsals',
      filters: query.status === undefined ? {} : { status: { in: query.status } },
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.MigrationRehearsalWhereInput>) => {
        const rows = await migrationRehearsal.findMany(page);
        const progress = await this.progressOf(rows.map(({ id }) => id));
        return rows.map((row) => ({ ...row, progress: progress.get(row.id) }));
      },
      count: (where) => migrationRehearsal.count({ where }),
      view: (row) => view(row, row.progress),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<RehearsalReportDto> {
    const row = isUuid(id) ? await this.control.client.migrationRehearsal.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('migration rehearsal');
    const isDone = row.status === 'DONE';
    return {
      ...view(row, (await this.progressOf([row.id])).get(row.id)),
      result: isDone ? await this.resultOf(row.id) : null,
      forecast: isDone ? (row.forecast as unknown as RehearsalForecastDto | null) : null,
    };
  }

  private async resultOf(rehearsalId: string): Promise<RehearsedTenantDto[]> {
    const rows = await this.control.client.rehearsedTenant.findMany({
      where: { rehearsalId },
      include: { tenant: { select: { slug: true } } },
      orderBy: { position: 'asc' },
    });
    return rows.map(viewTenant);
  }

  private async progressOf(ids: readonly string[]): Promise<ReadonlyMap<string, RehearsalProgressDto>> {
    const rows = await this.control.client.$queryRaw<(RehearsalProgressDto & { id: string })[]>`
      SELECT "rehearsalId"::text AS "id", count(*)::int AS "total", count("doneAt")::int AS "done", count("error")::int AS "failed"
        FROM "RehearsedTenant" WHERE "rehearsalId" = ANY (${ids}::uuid[]) GROUP BY 1`;
    return new Map(rows.map(({ id, ...progress }) => [id, progress]));
  }
}

/** The named migrations, or all. */
function named(all: TargetSchema, names: readonly string[] | undefined): TargetSchema {
  if (names === undefined) return all;
  if (names.length === 0)
    throw new ValidationFailed([
      { field: 'migrations', code: 'empty', message: 'Name a migration, or leave the field out.' },
    ]);
  const unknown = names.findIndex((name) => !all.some((migration) => migration.name === name));
  if (unknown >= 0) throw new InvalidReference(`migrations.${unknown}`, `There is no migration ${names[unknown]}.`);
  return all.filter(({ name }) => names.includes(name));
}

function view(
  { id, status, migrations, createdAt, finishedAt }: MigrationRehearsal,
  progress: RehearsalProgressDto = { total: 0, done: 0, failed: 0 },
): RehearsalDto {
  return {
    id,
    status,
    migrations: (migrations as unknown as TargetSchema).map(({ name }) => name),
    progress,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function viewTenant(row: RehearsedTenant & { readonly tenant: { readonly slug: string } }): RehearsedTenantDto {
  const { tenantId, tenant, choice, applied, sizeBytes, durationMs, rewrites, sizeChange, error } = row;
  return {
    tenant: tenant.slug,
    tenantId,
    choice,
    applied,
    sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
    durationMs: durationMs === null ? null : Math.round(durationMs),
    locks: row.locks as unknown as RehearsedLockDto[],
    rewrites,
    sizeChange: sizeChange === null ? null : Number(sizeChange),
    error,
  };
}
