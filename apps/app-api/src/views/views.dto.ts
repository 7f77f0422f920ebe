import {
  FlagField,
  Nested,
  NumberField,
  PageMetaDto,
  PageQuery,
  SortFields,
  Text,
  ValuesField,
} from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { MissingDto, WithMissing } from '../missing/missing.dto.js';
import { filterRules } from '../ticket-lists/filter-rules.js';
import { TicketFiltersDto } from '../ticket-lists/ticket-filters.dto.js';
import { ticketSorts } from '../ticket-lists/ticket-order.js';

/** The filters of GET /tickets, by the same rules. */
export class ViewFiltersDto extends TicketFiltersDto {
  @ValuesField(filterRules.status, { asList: true })
  override readonly status?: readonly string[];

  @ValuesField(filterRules.priority, { asList: true })
  override readonly priority?: readonly string[];
}

const sortDescription = 'As `sort` of GET /tickets; null leaves the order to it.';
const filtersDescription = 'Those of GET /tickets. `me` is whoever looks.';
const positionDescription =
  'Views stand in the order of this number, those with the same in the order in which they were made. To put one between two others, give it a number between theirs.';
/** As far as halves between two positions are exact for long enough. */
const farthest = 1_000_000_000;

export class CreateViewDto {
  @Text({ max: 200, example: 'My urgent tickets' })
  readonly name!: string;

  @FlagField({
    optional: true,
    description: 'Whether all agents and admins see it. Only admins can set this. The default is false.',
  })
  readonly shared?: boolean;

  @NumberField({
    min: -farthest,
    max: farthest,
    optional: true,
    description: `${positionDescription} Behind all that the caller sees unless given.`,
  })
  readonly position?: number;

  @Nested(() => ViewFiltersDto, { optional: true, description: `${filtersDescription} Every ticket unless given.` })
  readonly filters?: ViewFiltersDto;

  @SortFields(ticketSorts, 2, { optional: true, nullable: true, description: sortDescription })
  readonly sort?: string | null;
}

export class ChangeViewDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;

  @NumberField({ min: -farthest, max: farthest, optional: true, description: positionDescription })
  readonly position?: number;

  @Nested(() => ViewFiltersDto, { optional: true, description: 'Replaces all filters.' })
  readonly filters?: ViewFiltersDto;

  @SortFields(ticketSorts, 2, { optional: true, nullable: true, description: sortDescription })
  readonly sort?: string | null;
}

export class ListViewsDto extends PageQuery {}

export class ListViewTicketsDto extends PageQuery {}

export class ViewDto extends WithMissing {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ description: 'Whether all agents and admins see it, or only its owner.' })
  readonly shared!: boolean;
  @ApiProperty({ description: positionDescription })
  readonly position!: number;
  @ApiProperty({ description: filtersDescription })
  readonly filters!: ViewFiltersDto;
  @ApiProperty({ type: String, nullable: true, description: sortDescription })
  readonly sort!: string | null;
  @ApiProperty({ format: 'uuid', description: 'Who made it.' })
  readonly ownerId!: string;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export class ViewTicketsMetaDto extends PageMetaDto {
  @ApiProperty({ type: [MissingDto], description: 'References of the filters that are gone.' })
  readonly missing!: readonly MissingDto[];
}

export class ViewCountDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer' })
  readonly tickets!: number;
}

export class ViewCountsDto {
  @ApiProperty({ type: [ViewCountDto] })
  readonly counts!: ViewCountDto[];
}
