import { FlagField, PageQuery, Text, TextList } from '@helpdeskly/http';
import { TicketStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { idOrNumber, uuidForm } from '../ticket-core/ticket-forms.js';
import { TicketRelation } from './ticket-relation.js';

export class MergeTicketDto {
  @Text({
    max: 36,
    pattern: idOrNumber,
    orNumber: true,
    description: 'The id or number of the target. It must have the same author and must not be closed.',
  })
  readonly intoId!: string;

  @FlagField({
    optional: true,
    description:
      'Merges tickets of different authors, too. Only admins can set this. The author of the source becomes a participant of the target.',
  })
  readonly force?: boolean;
}

export class SplitTicketDto {
  @TextList({ minItems: 1, maxItems: 100, pattern: uuidForm, description: 'Comments of this ticket.' })
  readonly commentIds!: readonly string[];

  @Text({ max: 200 })
  readonly title!: string;
}

export class ListRelatedDto extends PageQuery {}

export class RelatedDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer' })
  readonly number!: number;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ enum: TicketStatus, enumName: 'TicketStatus' })
  readonly status!: TicketStatus;
}

export class RelatedTicketDto {
  @ApiProperty({
    enum: TicketRelation,
    enumName: 'TicketRelation',
    description:
      'The relation of `ticket` to this one. FOLLOW_UP continues this ticket; this ticket continues FOLLOW_UP_OF. MERGED was merged into this ticket; this ticket was merged into MERGED_INTO. SPLIT was split from this ticket; this ticket was split from SPLIT_FROM.',
  })
  readonly relation!: TicketRelation;
  @ApiProperty()
  readonly ticket!: RelatedDto;
}
