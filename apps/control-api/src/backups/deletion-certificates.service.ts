import { createHash } from 'node:crypto';
import { ControlDatabase, type Backup, type Prisma, type TenantTombstone } from '@helpdeskly/catalog';
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
      deleted: Object.values(DeletedThing),
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

function remaining({ id, takenAt, sha256, expiresAt }: Backup) {
  return { id, takenAt: takenAt?.toISOString() ?? null, sha256, expiresAt: expiresAt?.toISOString() ?? null };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
