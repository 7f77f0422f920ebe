import { OneOf, Text, TextList, UuidField } from '@helpdeskly/http';
import { CommentVisibility } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { uuidForm } from '../ticket-core/ticket-forms.js';

/** The whole draft: what is left out gets its default. */
export class WriteDraftDto {
  @Text({ min: 0, max: 65_536, example: 'A new toner is on its' })
  readonly body!: string;

  @OneOf(CommentVisibility, {
    name: 'CommentVisibility',
    optional: true,
    description: 'The default is PUBLIC. Only agents and admins write INTERNAL comments.',
  })
  readonly visibility?: CommentVisibility;

  @TextList({
    optional: true,
    maxItems: 10,
    pattern: uuidForm,
    description: 'Your own files that no comment has taken yet. A draft keeps them from being removed after a day.',
  })
  readonly attachmentIds?: readonly string[];

  @UuidField({
    optional: true,
    nullable: true,
    description: 'The macro that it was begun with. Only for agents and admins.',
  })
  readonly macroId?: string | null;
}

export class DraftDto {
  @ApiProperty()
  readonly body!: string;
  @ApiProperty({ enum: CommentVisibility, enumName: 'CommentVisibility' })
  readonly visibility!: CommentVisibility;
  @ApiProperty({
    type: [String],
    format: 'uuid',
    description: 'Without files that are gone, or that a comment has taken meanwhile.',
  })
  readonly attachmentIds!: readonly string[];
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly macroId!: string | null;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
