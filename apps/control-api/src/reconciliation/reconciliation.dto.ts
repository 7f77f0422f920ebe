import { FindingAction, FindingResolution } from '@helpdeskly/catalog';
import { PageQuery, QueryChoice, QuerySort, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { findingKinds } from './finding.js';

export class FindingDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: findingKinds, enumName: 'FindingKind' })
  kind!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The server that the finding is about; null for the queues.',
  })
  serverId!: string | null;

  @ApiProperty({ description: 'The database, role or job.' })
  subject!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  tenantId!: string | null;

  @ApiProperty()
  detail!: string;

  @ApiProperty({
    enum: FindingAction,
    enumName: 'FindingAction',
    description:
      'What the reconciler does after it has seen the finding twice and for long enough. REPORT leaves it to you.',
  })
  action!: FindingAction;

  @ApiProperty({ type: 'integer' })
  sightings!: number;

  @ApiProperty({ format: 'date-time' })
  firstSeenAt!: string;

  @ApiProperty({ format: 'date-time' })
  lastSeenAt!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the last action failed. It will be tried again.',
  })
  error!: string | null;

  @ApiProperty({
    enum: FindingResolution,
    enumName: 'FindingResolution',
    nullable: true,
    description: 'VANISHED: the finding is gone.',
  })
  resolution!: FindingResolution | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  resolvedAt!: string | null;
}

export class PlaceCheckDto {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for the queues.' })
  serverId!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was last compared.' })
  checkedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the last comparison failed.' })
  error!: string | null;
}

export class ReconciliationMetaDto {
  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty()
  hasMore!: boolean;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;

  @ApiProperty({ type: 'integer', required: false })
  total?: number;
}

/** The differences between catalog, servers and queues. */
export class ReconciliationDto {
  @ApiProperty({
    enum: ['CLEAN', 'FINDINGS', 'UNKNOWN'],
    description:
      'UNKNOWN: a server or the queues were not compared recently. Databases of others, and templates of a former schema, which are kept for a day, count as CLEAN.',
  })
  status!: 'CLEAN' | 'FINDINGS' | 'UNKNOWN';

  @ApiProperty({ type: [PlaceCheckDto] })
  checks!: PlaceCheckDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Open findings by kind.',
    example: { missing_database: 1 },
  })
  open!: Record<string, number>;

  @ApiProperty({ type: [FindingDto] })
  data!: readonly FindingDto[];

  @ApiProperty({ type: ReconciliationMetaDto })
  meta!: ReconciliationMetaDto;
}

export class ReconciliationQuery extends PageQuery {
  @QuerySort(['firstSeenAt'], '-firstSeenAt')
  readonly sort?: 'firstSeenAt' | '-firstSeenAt';

  @QueryChoice(['open', 'resolved'], {
    default: 'open',
    description: 'Open findings, or those of the last 30 days that are closed.',
  })
  readonly state?: 'open' | 'resolved';

  @QueryChoice(findingKinds)
  readonly kind?: string;

  @Text({ max: 63, optional: true, description: 'The database, role or job.' })
  readonly subject?: string;
}
