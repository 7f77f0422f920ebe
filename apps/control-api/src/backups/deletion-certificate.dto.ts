import type { CopyKind as StoredKind } from '@helpdeskly/catalog';
import { PageQuery, QuerySort, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

/** What a purge removes; FILES where its worker has the storage. */
export const DeletedThing = {
  DATABASE: 'DATABASE',
  LOGIN_ROLES: 'LOGIN_ROLES',
  FILES: 'FILES',
  SECRETS: 'SECRETS',
  CATALOG_ROW: 'CATALOG_ROW',
} as const;
export type DeletedThing = (typeof DeletedThing)[keyof typeof DeletedThing];

export const ArchiveKeyState = { KEPT: 'KEPT', DESTROYED: 'DESTROYED' } as const;
export type ArchiveKeyState = (typeof ArchiveKeyState)[keyof typeof ArchiveKeyState];

const CopyKind: { readonly [K in StoredKind]: K } = {
  RESTORE: 'RESTORE',
  CLONE: 'CLONE',
  ANONYMIZED: 'ANONYMIZED',
};

export class RemainingArchiveDto {
  @ApiProperty({ format: 'uuid', description: 'Of the backup.' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  takenAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of its manifest, which has the checksums of the rest.' })
  sha256!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it is removed.' })
  expiresAt!: string | null;
}

export class RemainingCopyDto {
  @ApiProperty({ format: 'uuid', description: 'Of the tenant.' })
  id!: string;

  @ApiProperty({ enum: CopyKind, enumName: 'CopyKind', description: 'How it was made of what it is a copy of.' })
  kind!: StoredKind;
}

/** A tenant that is no more. */
export class PurgedTenantDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ description: 'Of the database that was dropped.' })
  databaseName!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When its deletion was ordered.' })
  deletedAt!: string;

  @ApiProperty({ format: 'date-time' })
  purgedAt!: string;
}

/** What was deleted of a tenant, and what is left until when. */
export class DeletionCertificateDto extends PurgedTenantDto {
  @ApiProperty({ description: 'SHA-256 of the slug.' })
  slugSha256!: string;

  @ApiProperty({ description: 'SHA-256 of the name.' })
  nameSha256!: string;

  @ApiProperty({
    enum: DeletedThing,
    enumName: 'DeletedThing',
    isArray: true,
    description: 'FILES only if the purge is known to have deleted those in the storage.',
  })
  deleted!: DeletedThing[];

  @ApiProperty({
    type: [RemainingCopyDto],
    description:
      'The tenants that are there and were cloned from it, restored from its backups, or made of such copies, the oldest first.',
  })
  copies!: RemainingCopyDto[];

  @ApiProperty({ type: [RemainingArchiveDto], description: 'Those that are left, encrypted, the oldest first.' })
  archives!: RemainingArchiveDto[];

  @ApiProperty({
    enum: ArchiveKeyState,
    enumName: 'ArchiveKeyState',
    description: 'DESTROYED with the last archive: whatever a copy of the storage still has of them, nobody can read.',
  })
  archiveKey!: ArchiveKeyState;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the last archive expires.' })
  archivesUntil!: string | null;

  @ApiProperty({ format: 'date-time', description: 'Of this statement.' })
  issuedAt!: string;

  @ApiProperty({ description: 'SHA-256 of all other members, as JSON without spaces, in this order.' })
  sha256!: string;
}

const sorts = ['purgedAt'] as const;

export class ListDeletionsQuery extends PageQuery {
  @QuerySort(sorts, '-purgedAt')
  readonly sort?: 'purgedAt' | '-purgedAt';

  @Text({ max: 50, optional: true, description: 'The whole slug that a tenant had: only its hash is left.' })
  readonly slug?: string;
}
