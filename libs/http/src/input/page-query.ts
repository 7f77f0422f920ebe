import { ApiProperty } from '@nestjs/swagger';
import { Text } from './fields.js';
import { QueryChoice, QueryInteger } from './query-fields.js';

/** The parameters of every list; a sortable list adds `sort`. */
export class PageQuery {
  @QueryInteger({ min: 1, max: 100, default: 25, description: 'The maximum number of rows.' })
  readonly limit?: number;

  @Text({ max: 4096, optional: true, description: 'The meta.nextCursor of the page before this one.' })
  readonly cursor?: string;

  @QueryChoice(['total'], { description: 'Adds meta.total.' })
  readonly include?: 'total';
}

/** Beside the data of a page. */
export class PageMetaDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  readonly limit!: number;

  @ApiProperty()
  readonly hasMore!: boolean;

  @ApiProperty({ type: String, nullable: true })
  readonly nextCursor!: string | null;

  @ApiProperty({ type: 'integer', required: false, description: 'With include=total.' })
  readonly total?: number;
}
