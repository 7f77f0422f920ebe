import { StepStatus, TenantStatus } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';
import { BackupPolicyDto } from '../backup-policies/backup-policy.dto.js';
import { LimitsDto } from '../plans/limits.dto.js';

export class ProvisioningStepDto {
  @ApiProperty({ example: 'ensureDatabase' })
  name!: string;

  @ApiProperty({ enum: StepStatus, enumName: 'StepStatus' })
  status!: StepStatus;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  durationMs!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'What PostgreSQL said.' })
  error!: string | null;
}

export class ProvisioningDto {
  @ApiProperty({ type: 'integer', description: 'Counts from 1; each retry is one more.' })
  attempt!: number;

  @ApiProperty({ type: [ProvisioningStepDto], description: 'The steps of the present attempt, in order.' })
  steps!: ProvisioningStepDto[];
}

/** A running rotation of a tenant's credential. */
export class TenantRotationDto {
  @ApiProperty({
    enum: ['PREPARING', 'RETIRING'],
    description: 'RETIRING: the new credential is in use, and the former one still exists.',
  })
  state!: 'PREPARING' | 'RETIRING';

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  requestedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last step failed. It is tried again at least once a minute.',
  })
  error!: string | null;
}

/** A tenant as operators see it. */
export class TenantDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'acme' })
  slug!: string;

  @ApiProperty({ example: 'Acme Inc.' })
  name!: string;

  @ApiProperty({ enum: TenantStatus, enumName: 'TenantStatus' })
  status!: TenantStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it is SUSPENDED or FAILED.' })
  statusReason!: string | null;

  @ApiProperty({ example: 'standard' })
  plan!: string;

  @ApiProperty({ type: LimitsDto, description: 'Its own limits, and those of its plan where it has none.' })
  limits!: LimitsDto;

  @ApiProperty({ type: BackupPolicyDto, description: 'How often it is backed up, and how long its archives are kept.' })
  backupPolicy!: BackupPolicyDto;

  @ApiProperty({
    type: 'integer',
    description: 'Bytes of stored files: the present value for a single tenant, the last reported value in lists.',
  })
  storageBytes!: number;

  @ApiProperty({ format: 'uuid' })
  serverId!: string;

  @ApiProperty({ description: 'The name of the database on that server.' })
  databaseName!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The last migration that its database has.' })
  schemaVersion!: string | null;

  @ApiProperty({ type: 'integer', description: 'Migrations that its database lacks.' })
  schemaPending!: number;

  @ApiProperty({ type: ProvisioningDto })
  provisioning!: ProvisioningDto;

  @ApiProperty({
    type: TenantRotationDto,
    nullable: true,
    description: 'The rotation of its credential that is under way; null when there is none.',
  })
  credentialRotation!: TenantRotationDto | null;

  @ApiProperty({ format: 'uri', example: 'http://acme.localhost:3000' })
  appUrl!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When a deleted tenant is purged.' })
  purgeAt!: string | null;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  activatedAt!: string | null;
}
