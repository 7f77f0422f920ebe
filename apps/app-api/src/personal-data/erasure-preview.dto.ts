import { FlagField } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

export class AnonymizeDto {
  @FlagField({ optional: true, description: 'Answers what would change, and changes nothing.' })
  readonly dryRun?: boolean;
}

export const ErasedField = {
  title: 'title',
  description: 'description',
  comment: 'comment',
  event: 'event',
  fileName: 'fileName',
} as const;
export type ErasedField = keyof typeof ErasedField;

export class ErasedPlaceDto {
  @ApiProperty({ enum: ErasedField, enumName: 'ErasedField' })
  readonly field!: ErasedField;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for files without a comment.' })
  readonly ticketId!: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  readonly number!: number | null;
  @ApiProperty({ format: 'uuid', description: 'The id of the ticket, comment, event or file.' })
  readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'How many words of the person it contains.' })
  readonly count!: number;
}

export class ErasedCountsDto {
  @ApiProperty({ type: 'integer', description: 'Tickets with at least one place.' })
  readonly tickets!: number;
  @ApiProperty({ type: 'integer' })
  readonly titles!: number;
  @ApiProperty({ type: 'integer' })
  readonly descriptions!: number;
  @ApiProperty({ type: 'integer' })
  readonly comments!: number;
  @ApiProperty({ type: 'integer' })
  readonly events!: number;
  @ApiProperty({ type: 'integer' })
  readonly fileNames!: number;
}

export class RemovedCountsDto {
  @ApiProperty({ type: 'integer' })
  readonly sessions!: number;
  @ApiProperty({ type: 'integer' })
  readonly participations!: number;
  @ApiProperty({ type: 'integer', description: 'Unresolved tickets that lose their assignee.' })
  readonly assignments!: number;
  @ApiProperty({ type: 'integer', description: 'All files of a customer; of others, the files without a comment.' })
  readonly files!: number;
  @ApiProperty({ type: 'integer', description: 'Personal ones.' })
  readonly views!: number;
  @ApiProperty({ type: 'integer', description: 'Personal ones.' })
  readonly macros!: number;
  @ApiProperty({ type: 'integer' })
  readonly drafts!: number;
  @ApiProperty({ type: 'integer', description: 'Comments that are not sent yet.' })
  readonly heldComments!: number;
  @ApiProperty({ type: 'integer' })
  readonly notifications!: number;
  @ApiProperty({ type: 'integer', description: 'Mails that have not left.' })
  readonly queuedMails!: number;
}

export class ErasurePreviewDto {
  @ApiProperty({ enum: [true] })
  readonly dryRun!: true;
  @ApiProperty({ type: [String], description: 'Present and former ones: they go from all tickets.' })
  readonly addresses!: string[];
  @ApiProperty({
    type: [String],
    description: 'Present and former ones: they go from tickets where the person took part.',
  })
  readonly names!: string[];
  @ApiProperty({ description: 'Places of each kind that would change.' })
  readonly counts!: ErasedCountsDto;
  @ApiProperty({ description: 'What would go with the account.' })
  readonly removed!: RemovedCountsDto;
  @ApiProperty({ type: [ErasedPlaceDto], description: 'The first 100.' })
  readonly places!: ErasedPlaceDto[];
}
