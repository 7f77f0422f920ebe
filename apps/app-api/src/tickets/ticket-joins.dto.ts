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
    description: 'The ticket that stays, by its id or number: of the same author, and not closed.',
  })
  readonly intoId!: string;

  @FlagField({
    optional: true,
    description:
      'Merges tickets of different authors, too: by admins alone. The author of the one takes part in the other.',
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
      'What `ticket` is to this one. FOLLOW_UP: continues it; FOLLOW_UP_OF: is what it continues. MERGED: went into it; ' +
      'MERGED_INTO: is where it went. SPLIT: was made of comments of it; SPLIT_FROM: is where its comments came from.',
  })
  readonly relation!: TicketRelation;
  @ApiProperty()
  readonly ticket!: RelatedDto;
}
