import { DriftCheckStatus } from '@helpdeskly/catalog';
import { IntegerField, PageQuery, QueryEnumList, QuerySort, TextList } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

const most = 10_000;

export class CreateDriftCheckDto {
  @TextList({
    maxItems: most,
    pattern: /^[A-Za-z0-9-]{2,50}$/,
    optional: true,
    description: 'Ids or slugs. The default is every tenant with a database.',
  })
  readonly tenants?: string[];

  @IntegerField({
    min: 1,
    max: most,
    optional: true,
    description: 'So many of these tenants, chosen by chance. The default is all of them.',
  })
  readonly sample?: number;
}

export class ListDriftChecksQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';

  @QueryEnumList(DriftCheckStatus, { name: 'DriftCheckStatus' })
  readonly status?: DriftCheckStatus[];
}

export class DriftProgressDto {
  @ApiProperty({ type: 'integer' })
  total!: number;
  @ApiProperty({ type: 'integer', description: 'Tenants that were compared, or could not be.' })
  done!: number;
  @ApiProperty({ type: 'integer', description: 'Tenants that differ from their template.' })
  drifted!: number;
  @ApiProperty({ type: 'integer', description: 'Tenants that could not be compared.' })
  failed!: number;
}

export class DriftCheckDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;
  @ApiProperty({ enum: DriftCheckStatus, enumName: 'DriftCheckStatus' })
  status!: DriftCheckStatus;
  @ApiProperty()
  progress!: DriftProgressDto;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export class DriftDifferenceDto {
  @ApiProperty({ example: 'column public."Ticket".title' })
  object!: string;
  @ApiProperty({ type: String, nullable: true, description: 'What the template has; null if it has no such object.' })
  expected!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the database has; null if it has no such object.' })
  found!: string | null;
}

export class TenantDriftDto {
  @ApiProperty({ example: 'acme', description: "The tenant's slug." })
  tenant!: string;
  @ApiProperty({ format: 'uuid' })
  tenantId!: string;
  @ApiProperty({ type: [DriftDifferenceDto], description: 'The first 100, by the names of the objects.' })
  differences!: DriftDifferenceDto[];
  @ApiProperty({ type: 'integer', description: 'How many there are.' })
  differenceCount!: number;
  @ApiProperty({ type: String, nullable: true, description: 'Why it could not be compared.' })
  error!: string | null;
}

/** A check with what it found. */
export class DriftReportDto extends DriftCheckDto {
  @ApiProperty({ type: String, nullable: true, description: 'How many tenants could not be compared; null if none.' })
  error!: string | null;
  @ApiProperty({
    type: [TenantDriftDto],
    nullable: true,
    description: 'Every tenant of the check; null until it is DONE. A tenant without differences is as its template.',
  })
  result!: TenantDriftDto[] | null;
}
