import { createHash } from 'node:crypto';
import {
  ControlDatabase,
  type Backup,
  type ControlClient,
  type CopyKind,
  type Prisma,
  type TenantTombstone,
} from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Lists, type PageArguments } from '../lists/lists.js';
import {
  DeletedThing,
  type DeletionCertificateDto,
  type ListDeletionsQuery,
  type PurgedTenantDto,
} from './deletion-certificate.dto.js';

/** States what is gone of purged tenants. */
@Injectable()
export class DeletionCertificates {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
  ) {}

  list(query: ListDeletionsQuery): Promise<Page<PurgedTenantDto>> {
    const { tenantTombstone } = this.control.client;
    const { slug } = query;
    return this.lists.page(query, {
      route: 'deletion-certificates',
      filters: slug === undefined ? {} : { slugHash: createHash('sha256').update(slug).digest() },
      sort: query.sort ?? '-purgedAt',
      find: (page: PageArguments<Prisma.TenantTombstoneWhereInput>) => tenantTombstone.findMany(page),
      count: (where) => tenantTombstone.count({ where }),
      view: viewPurged,
    });
  }

  /** Throws NotFound for a tenant that was not purged, and for an id that was nobody's. */
  async issue(id: string): Promise<DeletionCertificateDto> {
    const { client } = this.control;
    const tombstone = isUuid(id) ? await client.tenantTombstone.findUnique({ where: { id } }) : null;
    if (tombstone === null) throw new NotFound('purged tenant');
    const archives = await client.backup.findMany({
      where: { tenantId: id },
      orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
    });
    const areFilesGone =
      (await client.auditEvent.count({
        where: { tenantId: id, action: 'tenant.purged', details: { path: ['files'], equals: true } },
      })) > 0;
    const key = await client.archiveKey.count({ where: { tenantId: id } });
    const ends = archives.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt.toISOString()])).sort();
    const statement = {
      tenantId: id,
      slugSha256: hex(tombstone.slugHash),
      nameSha256: hex(tombstone.nameHash),
      databaseName: tombstone.databaseName,
      createdAt: tombstone.createdAt.toISOString(),
      deletedAt: tombstone.deletedAt.toISOString(),
      purgedAt: tombstone.purgedAt.toISOString(),
      deleted: Object.values(DeletedThing).filter((thing) => thing !== 'FILES' || areFilesGone),
      copies: await copiesOf(client, id),
      archives: archives.map(remaining),
      archiveKey: key > 0 ? ('KEPT' as const) : ('DESTROYED' as const),
      archivesUntil: ends.at(-1) ?? null,
      issuedAt: new Date().toISOString(),
    };
    return { ...statement, sha256: createHash('sha256').update(JSON.stringify(statement)).digest('hex') };
  }
}

function viewPurged({ id, databaseName, createdAt, deletedAt, purgedAt }: TenantTombstone): PurgedTenantDto {
  return {
    tenantId: id,
    databaseName,
    createdAt: createdAt.toISOString(),
    deletedAt: deletedAt.toISOString(),
    purgedAt: purgedAt.toISOString(),
  };
}

/** The tenants that hold what this one held. Those between may be gone: the audit trail knows them. */
async function copiesOf(client: ControlClient, id: string): Promise<{ id: string; kind: CopyKind }[]> {
  return client.$queryRaw`
    WITH RECURSIVE "family" AS (
      SELECT ${id}::uuid AS "id"
       UNION
      SELECT m."id" FROM "family" f CROSS JOIN LATERAL (
        SELECT t."id" FROM "Tenant" t
         WHERE t."copyOfId" = f."id" OR t."copyOfId" IN (SELECT b."id" FROM "Backup" b WHERE b."tenantId" = f."id")
         UNION
        SELECT (c."details"->>'tenantId')::uuid FROM "audit"."AuditEvent" c
         WHERE c."tenantId" = f."id" AND c."action" = 'tenant.cloned'
         UNION
        SELECT c."tenantId" FROM "audit"."AuditEvent" o
          JOIN "audit"."AuditEvent" c ON c."action" = 'tenant.created' AND c."details"->'copyOf'->>'backupId' = o."details"->>'id'
         WHERE o."tenantId" = f."id" AND o."action" = 'backup.restore_ordered' AND o."details"->>'as' = 'NEW') m
    )
    SELECT t."id"::text AS "id", t."copyKind" AS "kind" FROM "Tenant" t JOIN "family" f ON f."id" = t."id"
     WHERE t."id" <> ${id}::uuid AND t."copyKind" IS NOT NULL ORDER BY t."createdAt", t."id"`;
}

function remaining({ id, takenAt, sha256, expiresAt }: Backup) {
  return { id, takenAt: takenAt?.toISOString() ?? null, sha256, expiresAt: expiresAt?.toISOString() ?? null };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
