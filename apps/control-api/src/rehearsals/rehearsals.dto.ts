import { RehearsalChoice, RehearsalStatus } from '@helpdeskly/catalog';
import { PageQuery, QueryEnumList, QuerySort, TextList } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class CreateRehearsalDto {
  @TextList({
    maxItems: 1000,
    pattern: /^[\w.-]{1,255}$/,
    optional: true,
    description: 'Names of migrations. The default is every migration that a tenant lacks.',
  })
  readonly migrations?: string[];

  @TextList({
    maxItems: 20,
    pattern: /^[A-Za-z0-9-]{2,50}$/,
    optional: true,
    description: 'Ids or slugs of tenants beside the largest, the oldest and a random ACTIVE one.',
  })
  readonly tenants?: string[];
}

export class ListRehearsalsQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';

  @QueryEnumList(RehearsalStatus, { name: 'RehearsalStatus' })
  readonly status?: RehearsalStatus[];
}

export class RehearsalProgressDto {
  @ApiProperty({ type: 'integer', description: 'The tenants on whose copies it tries; 0 until they are chosen.' })
  total!: number;
  @ApiProperty({ type: 'integer' })
  done!: number;
  @ApiProperty({ type: 'integer', description: 'Tenants with an `error`.' })
  failed!: number;
}

/** A trial of migrations on copies of tenants' databases. */
export class RehearsalDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ enum: RehearsalStatus, enumName: 'RehearsalStatus' })
  status!: RehearsalStatus;
  @ApiProperty({ type: [String], description: 'The migrations that it tries on tenants that lack them.' })
  migrations!: string[];
  @ApiProperty()
  progress!: RehearsalProgressDto;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export class RehearsedLockDto {
  @ApiProperty({ example: 'Ticket' })
  relation!: string;
  @ApiProperty({
    example: 'AccessExclusiveLock',
    description: "PostgreSQL's name of the mode; those of plain readers are left out.",
  })
  mode!: string;
  @ApiProperty({ type: 'integer', description: 'For how many milliseconds it was held, at the longest.' })
  heldMs!: number;
}

export class RehearsedTenantDto {
  @ApiProperty({ example: 'acme', description: "The tenant's slug." })
  tenant!: string;
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;
  @ApiProperty({ enum: RehearsalChoice, enumName: 'RehearsalChoice', description: 'Why it is on the list.' })
  choice!: RehearsalChoice;
  @ApiProperty({ type: [String], description: 'The migrations that its copy got.' })
  applied!: string[];
  @ApiProperty({ type: 'integer', nullable: true, description: 'The size of its database.' })
  sizeBytes!: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'How long the migrations took on its copy, in milliseconds; null if they failed.',
  })
  durationMs!: number | null;
  @ApiProperty({
    type: [RehearsedLockDto],
    description: 'Locks that the migrations held on tables that were there before, the longest first.',
  })
  locks!: RehearsedLockDto[];
  @ApiProperty({ type: [String], description: 'Tables, and indexes of others, whose rows were all written anew.' })
  rewrites!: string[];
  @ApiProperty({ type: 'integer', nullable: true, description: 'By how many bytes the copy grew.' })
  sizeChange!: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What PostgreSQL said to the migration, or why there could be no true copy.',
  })
  error!: string | null;
}

/** What a run over every tenant that lacks the migrations would take, by what was measured. */
export class RehearsalForecastDto {
  @ApiProperty({ type: 'integer', description: 'Tenants that lack one of the migrations.' })
  tenants!: number;
  @ApiProperty({ type: 'integer', description: 'The run does so many tenants at the same time on each server.' })
  concurrency!: number;
  @ApiProperty({ type: 'integer' })
  durationMs!: number;
  @ApiProperty({ type: 'integer', description: 'What the tenant would take that takes longest.' })
  longestMs!: number;
  @ApiProperty({ type: 'integer', description: 'By how many bytes all databases together would grow.' })
  sizeChange!: number;
}

/** A rehearsal with what it found. */
export class RehearsalReportDto extends RehearsalDto {
  @ApiProperty({ type: [RehearsedTenantDto], nullable: true, description: 'Null until it is DONE.' })
  result!: RehearsedTenantDto[] | null;
  @ApiProperty({
    type: RehearsalForecastDto,
    nullable: true,
    description: 'Null until it is DONE, and if no copy took the migrations.',
  })
  forecast!: RehearsalForecastDto | null;
}
