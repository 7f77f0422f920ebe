import { BackupStatus } from '@helpdeskly/catalog';
import { PageQuery, QueryEnumList, QuerySort, QueryUuidOr, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

/** A backup of a tenant: an archive of its database and files at one moment. */
export class BackupDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The tenant may be purged by now.' })
  tenantId!: string;

  @ApiProperty({ example: 'acme', description: 'The slug of the tenant when the backup began.' })
  tenantSlug!: string;

  @ApiProperty({
    enum: BackupStatus,
    enumName: 'BackupStatus',
    description: 'RUNNING: it waits for a worker, is written, or is tried again after a failure that `error` names.',
  })
  status!: BackupStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was made.' })
  reason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The last migration of the database.' })
  schemaVersion!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Of all tables together.' })
  rows!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Stored bytes of the archive, files included that other archives of the tenant share with it.',
  })
  bytes!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'SHA-256 of the manifest, which names the SHA-256 of everything else.',
  })
  sha256!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'The moment whose state it holds.' })
  takenAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was last proved good.' })
  verifiedAt!: string | null;

  @ApiProperty({ description: 'Whether a verification is under way.' })
  verifying!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it is deleted. The newest archive of a tenant that exists stays.',
  })
  expiresAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Why it FAILED, what it lacks (files that the storage no longer had), or why its last verification failed.',
  })
  error!: string | null;
}

/** How safe a tenant is. */
export class BackupSummaryDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ type: String, nullable: true, example: '24h', description: 'Null: no backup is made by itself.' })
  every!: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The newest one that is not known to be broken.',
  })
  lastBackupId!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The moment whose state that one holds.',
  })
  lastBackupAt!: string | null;

  @ApiProperty({ type: 'integer', description: 'How many seconds of work would be lost now, with the database.' })
  rpoSeconds!: number;

  @ApiProperty({ description: 'Whether that is more than its backup policy allows.' })
  overdue!: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lastProofId!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When an archive was last proved good.',
  })
  lastProofAt!: string | null;
}

export class ListBackupSummariesQuery extends PageQuery {}

export class CreateBackupDto {
  @Text({ max: 500, optional: true, nullable: true, description: 'Why it is made.' })
  readonly reason?: string | null;
}

const sorts = ['startedAt'] as const;

export class ListTenantBackupsQuery extends PageQuery {
  @QuerySort(sorts, '-startedAt')
  readonly sort?: 'startedAt' | '-startedAt';

  @QueryEnumList(BackupStatus, { name: 'BackupStatus' })
  readonly status?: BackupStatus[];
}

export class ListBackupsQuery extends ListTenantBackupsQuery {
  @QueryUuidOr([])
  readonly tenantId?: string;
}
