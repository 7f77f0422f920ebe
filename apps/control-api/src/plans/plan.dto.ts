import { Nested, PageQuery, QuerySort, Text, TextList } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { LimitsDto, LimitsInput } from './limits.dto.js';

/** What tenants can buy. */
export class PlanDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'standard', description: 'What `plan` of a tenant names.' })
  name!: string;

  @ApiProperty({ type: LimitsDto, description: 'The limits of tenants that have none of their own.' })
  limits!: LimitsDto;

  @ApiProperty({ type: [String], example: ['sla'], description: 'Names of features, sorted.' })
  features!: string[];

  @ApiProperty({ type: 'integer', description: 'How many tenants have it.' })
  tenants!: number;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

const featuresField = {
  maxItems: 100,
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,49}$/,
  optional: true,
  description: 'Names of features. Their order does not matter.',
} as const;

export class CreatePlanDto {
  @Text({ max: 50, example: 'gold' })
  readonly name!: string;

  @Nested(() => LimitsInput, { optional: true })
  readonly limits?: LimitsInput;

  @TextList(featuresField)
  readonly features?: string[];
}

export class ChangePlanDto {
  @Text({ max: 50, optional: true, description: 'The tenants of the plan follow. standard keeps its name.' })
  readonly name?: string;

  @Nested(() => LimitsInput, { optional: true })
  readonly limits?: LimitsInput;

  @TextList(featuresField)
  readonly features?: string[];
}

const sorts = ['name', 'createdAt', 'updatedAt'] as const;
type Sort = (typeof sorts)[number];

export class ListPlansQuery extends PageQuery {
  @QuerySort(sorts, 'name')
  readonly sort?: Sort | `-${Sort}`;

  @Text({ max: 50, optional: true, description: 'A part of the name, in any case.' })
  readonly q?: string;
}
