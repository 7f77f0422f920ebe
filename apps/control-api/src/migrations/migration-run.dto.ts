import { MigrationRunStatus, MigrationState } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

/** A migration of tenants' databases. */
export class MigrationDto {
  @ApiProperty({ example: '20261120000000_init' })
  name!: string;

  @ApiProperty({ description: 'The SHA-256 of its script, in hexadecimal.' })
  checksum!: string;

  @ApiProperty({
    description:
      'Whether its script declares `-- compatible`: app-api of the build before serves a tenant that has it, and refuses one that has a migration without (503 `tenant_upgrading`).',
  })
  compatible!: boolean;

  @ApiProperty({ description: 'Whether its script declares `-- no-transaction`.' })
  noTransaction!: boolean;

  @ApiProperty({ type: 'integer', description: 'How many tenants have it.' })
  tenants!: number;
}

export class MigrationCountsDto {
  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  pending!: number;

  @ApiProperty({ type: 'integer' })
  running!: number;

  @ApiProperty({ type: 'integer' })
  done!: number;

  @ApiProperty({ type: 'integer' })
  failed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Tenants that were not touched because an applied migration differs from its file or has no file.',
  })
  drifted!: number;
}

export class MigrationStagesDto {
  @ApiProperty({ type: 'integer', description: 'The canary, the waves, and the rest of the tenants.' })
  total!: number;

  @ApiProperty({
    type: 'integer',
    description: 'How many of them are over; during a soak, also the one that it follows.',
  })
  done!: number;
}

/** A request to migrate tenants' databases. */
export class MigrationRunDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: MigrationRunStatus, enumName: 'MigrationRunStatus' })
  status!: MigrationRunStatus;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was HALTED or FAILED, or what it waits for.' })
  statusReason!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The last migration that it applies.' })
  schemaVersion!: string | null;

  @ApiProperty({ description: 'Whether it only reports what each tenant lacks.' })
  dryRun!: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'This many tenants come first, and all of them must succeed.',
  })
  canary!: number | null;

  @ApiProperty({
    type: [Number],
    description: 'Percents of the tenants that lack something, after which a stage ends.',
  })
  waves!: number[];

  @ApiProperty({ type: MigrationStagesDto })
  stages!: MigrationStagesDto;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '10m',
    description: 'How long the run waits after each stage.',
  })
  soak!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the soak ends in which the run is, or in which it was paused.',
  })
  soakUntil!: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'How many tenants at the same time on each database server; beside `perServer`: on all of them.',
  })
  concurrency!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many tenants at the same time on each server.' })
  perServer!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'The run begins with at most this many a minute.' })
  pace!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The run halts when errors exceed those of other tenants by more than this share of the answers.',
  })
  maxErrorRate!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'The run halts when this many tenants have failed or drifted. It never has more tenants under way than may still fail. Null: it never halts.',
  })
  maxFailures!: number | null;

  @ApiProperty({ type: 'integer', description: 'Counts from 1; each retry is one more.' })
  attempt!: number;

  @ApiProperty({ type: MigrationCountsDto })
  counts!: MigrationCountsDto;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Tenants a minute in this attempt; null before the first.',
  })
  rate!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it will end at that rate.' })
  eta!: string | null;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When this attempt began.' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

/** Why a tenant's database could not be migrated. */
export class MigrationCauseDto {
  @ApiProperty({ description: 'What PostgreSQL said.' })
  message!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The migration at which it stopped.' })
  migration!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '23505' })
  sqlState!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The statement at which it stopped.' })
  statement!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The line of the script on which the statement begins, from 1.',
  })
  line!: number | null;
}

/** Failures of a run that have the same cause. */
export class MigrationCauseGroupDto {
  @ApiProperty({ type: String, nullable: true, example: '23505' })
  sqlState!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The migration at which they stopped.' })
  migration!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The statement at which they stopped.' })
  statement!: string | null;

  @ApiProperty({ description: 'What PostgreSQL said, with `…` for each value.' })
  message!: string;

  @ApiProperty({ type: 'integer', description: 'How many tenants failed or drifted this way.' })
  count!: number;

  @ApiProperty({
    type: [String],
    maxItems: 10,
    description: 'The slugs of the first of them, in the order of the run.',
  })
  tenants!: string[];
}

/** What a run does, or did, for one tenant. */
export class TenantMigrationDto {
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;

  @ApiProperty({ example: 'acme' })
  tenantSlug!: string;

  @ApiProperty({ enum: MigrationState, enumName: 'MigrationState' })
  state!: MigrationState;

  @ApiProperty({ type: 'integer', description: 'The stage in which its turn comes, from 1.' })
  stage!: number;

  @ApiProperty({ type: String, nullable: true, description: 'The last migration that it had before.' })
  fromVersion!: string | null;

  @ApiProperty({ type: [String], description: 'The applied migrations; in a dry run the missing ones.' })
  applied!: string[];

  @ApiProperty({ type: MigrationCauseDto, nullable: true, description: 'For a PENDING tenant: what it waits for.' })
  cause!: MigrationCauseDto | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}
