import {
  FlagField,
  Nested,
  NumberField,
  OneOf,
  OneOfList,
  PageMetaDto,
  PageQuery,
  PickFields,
  Text,
} from '@helpdeskly/http';
import { TicketPriority, TicketStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { MissingDto, WithMissing } from '../missing/missing.dto.js';
import { ListTicketsDto } from '../tickets/tickets.dto.js';

/** How a view orders its tickets: as GET /tickets does by `sort`. */
export const ViewSort = {
  createdAt: 'createdAt',
  '-createdAt': '-createdAt',
  updatedAt: 'updatedAt',
  '-updatedAt': '-updatedAt',
  priority: 'priority',
  '-priority': '-priority',
  number: 'number',
  '-number': '-number',
} as const;

export type ViewSort = keyof typeof ViewSort;

/** The filters of GET /tickets, by the same rules; lists are lists here. */
export class ViewFiltersDto extends PickFields(ListTicketsDto, [
  'assignedTo',
  'author',
  'group',
  'participant',
  'organization',
  'tag',
  'q',
  'createdAfter',
  'createdBefore',
  'updatedAfter',
  'merged',
]) {
  @OneOfList(TicketStatus, { name: 'TicketStatus', optional: true })
  readonly status?: TicketStatus[];

  @OneOfList(TicketPriority, { name: 'TicketPriority', optional: true })
  readonly priority?: TicketPriority[];
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

  @FlagField({ optional: true, description: 'Whether the whole staff sees it: by admins alone. False unless given.' })
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

  @OneOf(ViewSort, { name: 'ViewSort', optional: true, nullable: true, description: sortDescription })
  readonly sort?: ViewSort | null;
}

export class ChangeViewDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;

  @NumberField({ min: -farthest, max: farthest, optional: true, description: positionDescription })
  readonly position?: number;

  @Nested(() => ViewFiltersDto, { optional: true, description: 'Takes the place of all filters.' })
  readonly filters?: ViewFiltersDto;

  @OneOf(ViewSort, { name: 'ViewSort', optional: true, nullable: true, description: sortDescription })
  readonly sort?: ViewSort | null;
}

export class ListViewsDto extends PageQuery {}

export class ListViewTicketsDto extends PageQuery {}

export class ViewDto extends WithMissing {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ description: 'Seen by the whole staff; else by its owner alone.' })
  readonly shared!: boolean;
  @ApiProperty({ description: positionDescription })
  readonly position!: number;
  @ApiProperty({ description: filtersDescription })
  readonly filters!: ViewFiltersDto;
  @ApiProperty({ enum: ViewSort, enumName: 'ViewSort', nullable: true, description: sortDescription })
  readonly sort!: ViewSort | null;
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
  @ApiProperty({ type: [MissingDto], description: 'What the filters of the view name and is gone.' })
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
