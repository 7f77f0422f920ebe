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
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The id of the comment.' })
  readonly commentId!: string | null;
  @ApiProperty({ description: 'Plain text around the words that were found.' })
  readonly text!: string;
  @ApiProperty({ type: [TextRangeDto], description: 'The positions of the searched words in `text`.' })
  readonly matches!: TextRangeDto[];
}

export class FoundTicketDto extends TicketDto {
  @ApiProperty({
    type: [SnippetDto],
    required: false,
    description: 'With `q`: excerpts of the title, the description and the newest matching comment.',
  })
  readonly snippets?: SnippetDto[];
}
