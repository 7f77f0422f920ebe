import { ControlDatabase, type CredentialRotation, type Prisma } from '@helpdeskly/catalog';
import { InvalidTransition, NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { mayBeRotated } from '../tenant-status/tenant-policy.js';
import {
  defaultConcurrency,
  type CreateCredentialRotationDto,
  type CredentialRotationCountsDto,
  type CredentialRotationDto,
  type CredentialRotationReportDto,
  type ListCredentialRotationsQuery,
} from './credential-rotation.dto.js';

const shownFailures = 100;

/** Operators' requests about rotations of all credentials; RotationRunner carries them out. */
@Injectable()
export class CredentialRotations {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  /** While a rotation runs, a new request joins it. */
  create(origin: Origin, input: CreateCredentialRotationDto): Promise<CredentialRotationReportDto> {
    const { concurrency = defaultConcurrency } = input;
    return this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly credential rotations'))`;
      const running = await tx.credentialRotation.findFirst({ where: { status: 'RUNNING' } });
      if (running !== null) return this.find(running.id);
      const orderedBy = { ...origin, actor: { ...origin.actor } };
      const { id } = await tx.credentialRotation.create({ data: { concurrency, orderedBy } });
      const tenants = await tx.$executeRaw`
        INSERT INTO "TenantCredentialRotation" ("rotationId", "tenantId", "position")
        SELECT ${id}::uuid, t."id", row_number() OVER (ORDER BY t."createdAt", t."id") FROM "Tenant" t
         WHERE t."status" = ANY (${mayBeRotated.statuses}::text[]::"TenantStatus"[])`;
      await recordEvent(tx, origin, { action: 'credential_rotation.created', details: { id, tenants } });
      return this.find(id);
    });
  }

  list(query: ListCredentialRotationsQuery): Promise<Page<CredentialRotationDto>> {
    const { credentialRotation } = this.control.client;
    return this.lists.page(query, {
      route: 'credential-rotations',
      filters: query.status === undefined ? {} : { status: { in: query.status } },
      sort: query.sort ?? '-createdAt',
      find: async (page: PageArguments<Prisma.CredentialRotationWhereInput>) => {
        const rows = await credentialRotation.findMany(page);
        const counts = await this.count(rows.map(({ id }) => id));
        return rows.map((row) => ({ ...row, counts: counts.get(row.id) }));
      },
      count: (where) => credentialRotation.count({ where }),
      view: (row) => view(row, row.counts),
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<CredentialRotationReportDto> {
    const { client } = this.control;
    const row = isUuid(id) ? await client.credentialRotation.findUnique({ where: { id } }) : null;
    if (row === null) throw new NotFound('credential rotation');
    const failed = await client.tenantCredentialRotation.findMany({
      where: { rotationId: row.id, state: 'FAILED' },
      include: { tenant: { select: { slug: true } } },
      orderBy: { position: 'asc' },
      take: shownFailures,
    });
    const failures = failed.map(({ tenantId, tenant, error }) => ({
      tenantId,
      tenantSlug: tenant.slug,
      error: error ?? '',
    }));
    return { ...view(row, (await this.count([row.id])).get(row.id)), failures };
  }

  /** Throws NotFound, and InvalidTransition unless it is RUNNING. */
  cancel(origin: Origin, id: string): Promise<CredentialRotationReportDto> {
    return this.control.transaction(async (tx) => {
      const before = await this.find(id);
      const now = new Date();
      const { count } = await tx.credentialRotation.updateMany({
        where: { id: before.id, status: 'RUNNING' },
        data: { status: 'CANCELLED', version: { increment: 1 }, updatedAt: now, finishedAt: now },
      });
      const { status } = await tx.credentialRotation.findUniqueOrThrow({ where: { id: before.id } });
      if (count === 0) throw new InvalidTransition(status, 'CANCELLED', []);
      await recordEvent(tx, origin, { action: 'credential_rotation.cancelled', details: { id: before.id } });
      return this.find(before.id);
    });
  }

  /** The progress of rotations, by their ids. */
  private async count(ids: readonly string[]): Promise<ReadonlyMap<string, CredentialRotationCountsDto>> {
    const rows = await this.control.client.$queryRaw<(CredentialRotationCountsDto & { id: string })[]>`
      SELECT "rotationId"::text AS "id", count(*)::int AS "total",
             count(*) FILTER (WHERE "state" = 'PENDING')::int AS "pending",
             count(*) FILTER (WHERE "state" = 'RUNNING')::int AS "running",
             count(*) FILTER (WHERE "state" = 'DONE')::int AS "done",
             count(*) FILTER (WHERE "state" = 'FAILED')::int AS "failed"
        FROM "TenantCredentialRotation" WHERE "rotationId" = ANY (${ids}::uuid[]) GROUP BY 1`;
    return new Map(rows.map(({ id, ...counts }) => [id, counts]));
  }
}

function view(
  row: CredentialRotation,
  counts: CredentialRotationCountsDto = { total: 0, pending: 0, running: 0, done: 0, failed: 0 },
): CredentialRotationDto {
  const { id, status, concurrency, version } = row;
  return {
    id,
    status,
    concurrency,
    counts,
    version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
