import { ApiProperty } from '@nestjs/swagger';
import { TicketDto } from '../ticket-core/ticket.dto.js';

/** A part of a text, from the first to before the last index in UTF-16 code units, as JavaScript counts. */
export class TextRangeDto {
  @ApiProperty({ type: 'integer' })
  readonly start!: number;
  @ApiProperty({ type: 'integer' })
  readonly end!: number;
}

export class SnippetDto {
  @ApiProperty({ enum: ['title', 'description', 'comment'] })
  readonly field!: 'title' | 'description' | 'comment';
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of a comment.' })
  readonly commentId!: string | null;
  @ApiProperty({ description: 'Plain text, around what was found.' })
  readonly text!: string;
  @ApiProperty({ type: [TextRangeDto], description: 'The words in `text` that were looked for.' })
  readonly matches!: TextRangeDto[];
}

export class FoundTicketDto extends TicketDto {
  @ApiProperty({
    type: [SnippetDto],
    required: false,
    description: 'With `q`: where its words stand, in the title, the description and the newest comment that has one.',
  })
  readonly snippets?: SnippetDto[];
}
