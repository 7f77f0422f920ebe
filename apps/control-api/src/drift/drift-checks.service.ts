import { ControlDatabase, type DriftCheck, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { idsOfTenants } from '../migrations/named-tenants.js';
import { enlist, forgetOldChecks } from './drift-checks.queries.js';
import type {
  CreateDriftCheckDto,
  DriftCheckDto,
  DriftDifferenceDto,
  DriftProgressDto,
  DriftReportDto,
  ListDriftChecksQuery,
  TenantDriftDto,
} from './drift-checks.dto.js';
import { DriftQueue } from './drift-queue.js';

/** Operators' requests about drift checks; DriftWorker carries them out. */
@Injectable()
export class DriftChecks {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly queue: DriftQueue,
  ) {}

  /** Throws InvalidReference for a named tenant that does not exist or has no database, and ValidationFailed for an empty list. */
  async create(origin: Origin, { tenants, sample }: CreateDriftCheckDto): Promise<DriftReportDto> {
    const id = await this.control.transaction(async (tx) => {
      const ids = tenants === undefined ? undefined : await idsOfTenants(tx, 'tenants', tenants);
      await forgetOldChecks(tx);
      const check = await tx.driftCheck.create({ data: {} });
      const count = await enlist(tx, check.id, ids, sample);
      await recordEvent(tx, origin, { action: 'drift_check.created', details: { id: check.id, tenants: count } });
      return check.id;
    });
    await this.queue.offer(id);
    return this.find(id);
  }

  /** Newest first. */
  list(query: ListDriftChecksQuery): Promise<Page<DriftCheckDto>> {
    const { driftCheck } = this.control.client;
    return this.lists.page(query, {
      route: 'drift-checks',
      filters: query.status === undefined ? {} : { status: { in: query.status } },
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.DriftCheckWhereInput>) => {
        const rows = await driftCheck.findMany(page);
        const progress = await this.progressOf(rows.map(({ id }) => id));
        return rows.map((row) => ({ ...row, progress: progress.get(row.id) }));
      },
      count: (where) => driftCheck.count({ where }),
      view: (row) => view(row, row.progress),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<DriftReportDto> {
    const check = isUuid(id) ? await this.control.client.driftCheck.findUnique({ where: { id } }) : null;
    if (check === null) throw new NotFound('drift check');
    const shown = view(check, (await this.progressOf([check.id])).get(check.id));
    const { failed } = shown.progress;
    const isDone = check.status === 'DONE';
    return {
      ...shown,
      error: isDone && failed > 0 ? `${failed} tenants could not be compared.` : null,
      result: isDone ? await this.resultOf(check.id) : null,
    };
  }

  private async resultOf(checkId: string): Promise<TenantDriftDto[]> {
    const rows = await this.control.client.driftCheckTenant.findMany({
      where: { checkId },
      include: { tenant: { select: { slug: true } } },
      orderBy: { position: 'asc' },
    });
    return rows.map(({ tenantId, tenant, differences, count, error }) => ({
      tenant: tenant.slug,
      tenantId,
      differences: differences as unknown as DriftDifferenceDto[],
      differenceCount: count,
      error,
    }));
  }

  private async progressOf(ids: readonly string[]): Promise<ReadonlyMap<string, DriftProgressDto>> {
    const rows = await this.control.client.$queryRaw<(DriftProgressDto & { id: string })[]>`
      SELECT "checkId"::text AS "id", count(*)::int AS "total", count("checkedAt")::int AS "done",
             count(*) FILTER (WHERE "count" > 0)::int AS "drifted", count("error")::int AS "failed"
        FROM "DriftCheckTenant" WHERE "checkId" = ANY (${ids}::uuid[]) GROUP BY 1`;
    return new Map(rows.map(({ id, ...progress }) => [id, progress]));
  }
}

function view(
  { id, status, createdAt, finishedAt }: DriftCheck,
  progress: DriftProgressDto = { total: 0, done: 0, drifted: 0, failed: 0 },
): DriftCheckDto {
  return {
    id,
    status,
    progress,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
