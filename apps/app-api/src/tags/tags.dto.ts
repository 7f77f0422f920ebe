import { PageQuery, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class ListTagsDto extends PageQuery {
  @Text({ max: 50, pattern: /^[a-z0-9_-]{1,50}$/, optional: true, description: 'How the tag begins.' })
  readonly q?: string;
}

export class TagDto {
  @ApiProperty()
  readonly tag!: string;
  @ApiProperty({ type: 'integer', description: 'How many tickets carry it, those that were deleted not counted.' })
  readonly tickets!: number;
}
