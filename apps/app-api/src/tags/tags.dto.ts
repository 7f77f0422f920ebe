import { PageQuery, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { tagForm } from '../ticket-core/ticket-forms.js';

export class ListTagsDto extends PageQuery {
  @Text({ max: 50, pattern: tagForm, optional: true, description: 'How the tag begins.' })
  readonly q?: string;
}

export class TagDto {
  @ApiProperty()
  readonly tag!: string;
  @ApiProperty({
    type: 'integer',
    description: 'How many tickets carry it, those that were deleted or merged into others not counted.',
  })
  readonly tickets!: number;
}
