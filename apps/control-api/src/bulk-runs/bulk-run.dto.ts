import { BulkRunStatus } from '@helpdeskly/catalog';
import { PageQuery, ProblemDto, QueryChoice, QueryEnumList, QuerySort } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { TenantDto } from '../tenants/tenant.dto.js';

export const BulkAction = {
  suspend: 'suspend',
  activate: 'activate',
  rotate: 'rotate',
  setLimits: 'setLimits',
} as const;
export const BulkRunAction = { ...BulkAction, import: 'import' } as const;
export type BulkRunAction = keyof typeof BulkRunAction;

/** How many results a run shows with itself. */
export const mostShown = 1000;

export class BulkItemDto {
  @ApiProperty({
    type: 'integer',
    description: 'From 1, in the order of the request; in an import the row below the header.',
  })
  position!: number;

  @ApiProperty({ description: 'The id or slug as it was sent; in an import the slug.' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The slug of the tenant: the one that was sent, or the one of the id; null if no tenant has the id.',
  })
  slug!: string | null;

  @ApiProperty({ type: 'integer', description: 'The status code that a request for this tenant alone would have got.' })
  status!: number;

  @ApiProperty({ description: 'Whether it changed or created anything; with dryRun whether it would.' })
  changed!: boolean;

  @ApiProperty({ type: ProblemDto, required: false })
  problem?: ProblemDto;
}

export class BulkResultDto extends BulkItemDto {
  @ApiProperty({ type: TenantDto, required: false })
  tenant?: TenantDto;
}

class BulkCountsDto {
  @ApiProperty({ type: 'integer' })
  changed!: number;

  @ApiProperty({ type: 'integer' })
  unchanged!: number;

  @ApiProperty({ type: 'integer' })
  refused!: number;
}

/** What became of at most 100 tenants. */
export class BulkResultsDto extends BulkCountsDto {
  @ApiProperty({ description: 'Whether nothing was changed: the results say what would have been.' })
  dryRun!: boolean;

  @ApiProperty({ type: [BulkResultDto] })
  results!: BulkResultDto[];
}

export class BulkRunProgressDto {
  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  done!: number;
}

export class BulkRunErrorDto {
  @ApiProperty()
  code!: string;

  @ApiProperty()
  detail!: string;
}

export class BulkRunResultDto extends BulkCountsDto {
  @ApiProperty({
    type: [BulkItemDto],
    maxItems: mostShown,
    description: `The first ${mostShown}, refused ones first; GET /bulk-runs/{id}/results lists all of them.`,
  })
  results!: BulkItemDto[];
}

/** Work on more than 100 tenants. */
export class BulkRunDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: BulkRunAction, enumName: 'BulkRunAction' })
  action!: BulkRunAction;

  @ApiProperty()
  dryRun!: boolean;

  @ApiProperty({ enum: BulkRunStatus, enumName: 'BulkRunStatus' })
  status!: BulkRunStatus;

  @ApiProperty()
  progress!: BulkRunProgressDto;

  @ApiProperty({ type: BulkRunErrorDto, nullable: true, description: 'Why a FAILED run ended early.' })
  error!: BulkRunErrorDto | null;

  @ApiProperty({ type: BulkRunResultDto, nullable: true, description: 'Null until the run ends, and in lists.' })
  result!: BulkRunResultDto | null;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

export class ListBulkRunsQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';

  @QueryEnumList(BulkRunStatus, { name: 'BulkRunStatus' })
  readonly status?: BulkRunStatus[];
}

export class ListBulkResultsQuery extends PageQuery {
  @QuerySort(['position'], 'position')
  readonly sort?: 'position' | '-position';

  @QueryChoice(['changed', 'unchanged', 'refused'], { description: 'Only tenants with this outcome.' })
  readonly outcome?: 'changed' | 'unchanged' | 'refused';
}
