import { PageQuery, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { tagForm } from '../ticket-core/ticket-forms.js';

export class ListTagsDto extends PageQuery {
  @Text({ max: 50, pattern: tagForm, optional: true, description: 'The beginning of the tag.' })
  readonly q?: string;
}

export class TagDto {
  @ApiProperty()
  readonly tag!: string;
  @ApiProperty({
    type: 'integer',
    description: 'How many tickets carry it. Deleted and merged tickets do not count.',
  })
  readonly tickets!: number;
}
