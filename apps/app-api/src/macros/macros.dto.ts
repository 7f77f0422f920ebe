import { FlagField, Nested, OneOf, Text, TextBy, UuidField, type Broken } from '@helpdeskly/http';
import { CommentVisibility, TicketPriority, TicketStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { WithMissing } from '../missing/missing.dto.js';
import { AddTags, RemoveTags } from '../ticket-core/tag-fields.js';
import { TicketDto } from '../ticket-core/ticket.dto.js';
import { placeholders, unknownPlaceholder } from './placeholders.js';

function bodyRule(text: string): Broken | undefined {
  const unknown = unknownPlaceholder(text);
  return unknown === undefined ? undefined : ['unknown_placeholder', `There is no placeholder ${unknown}.`];
}

const body = {
  max: 65_536,
  example: 'Dear {{ticket.author.name}}, we are on it.',
  description: `With placeholders: ${placeholders.map((name) => `\`{{${name}}}\``).join(', ')}. They show the ticket as it was before.`,
};

export class MacroReplyDto {
  @TextBy(bodyRule, body)
  readonly body!: string;

  @OneOf(CommentVisibility, { name: 'CommentVisibility', optional: true, description: 'The default is PUBLIC.' })
  readonly visibility?: CommentVisibility;
}

/** What a macro changes; what it leaves out stays. */
export class MacroChangesDto {
  @OneOf(TicketStatus, { name: 'TicketStatus', optional: true })
  readonly status?: TicketStatus;

  @OneOf(TicketPriority, { name: 'TicketPriority', optional: true })
  readonly priority?: TicketPriority;

  @UuidField({ optional: true, nullable: true, description: 'An active admin or agent; null for nobody.' })
  readonly assignedToId?: string | null;

  @FlagField({
    optional: true,
    description: 'Assigns the ticket to the user who applies the macro, instead of assignedToId.',
  })
  readonly assignToMe?: boolean;

  @UuidField({ optional: true, nullable: true, description: 'A group; null for none.' })
  readonly groupId?: string | null;

  @AddTags({ minItems: 1, description: 'Added to the tags that the ticket has.' })
  readonly addTags?: readonly string[];

  @RemoveTags({ minItems: 1, description: 'Removed from the ticket. `addTags` must not name the same tags.' })
  readonly removeTags?: readonly string[];
}

export class CreateMacroDto {
  @Text({ max: 200, example: 'Take it' })
  readonly name!: string;

  @FlagField({
    optional: true,
    description: 'Whether all agents and admins can use it. Only admins can set this. The default is false.',
  })
  readonly shared?: boolean;

  @Nested(() => MacroReplyDto, { optional: true, nullable: true })
  readonly reply?: MacroReplyDto | null;

  @Nested(() => MacroChangesDto, { optional: true })
  readonly changes?: MacroChangesDto;
}

export class ChangeMacroDto {
  @Text({ max: 200, optional: true })
  readonly name?: string;

  @Nested(() => MacroReplyDto, { optional: true, nullable: true, description: 'Null removes the reply.' })
  readonly reply?: MacroReplyDto | null;

  @Nested(() => MacroChangesDto, { optional: true, description: 'Replaces all changes.' })
  readonly changes?: MacroChangesDto;
}

export class MacroDto extends WithMissing {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ description: 'Whether all agents and admins can use it, or only its owner.' })
  readonly shared!: boolean;
  @ApiProperty({ format: 'uuid', description: 'Who made it.' })
  readonly ownerId!: string;
  @ApiProperty({ type: MacroReplyDto, nullable: true })
  readonly reply!: MacroReplyDto | null;
  @ApiProperty()
  readonly changes!: MacroChangesDto;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

/** A macro's reply with its placeholders filled in. */
export class RenderedReplyDto {
  @ApiProperty()
  readonly body!: string;
  @ApiProperty({ enum: CommentVisibility, enumName: 'CommentVisibility' })
  readonly visibility!: CommentVisibility;
}

export class MacroResultDto {
  @ApiProperty({ type: RenderedReplyDto, nullable: true })
  readonly reply!: RenderedReplyDto | null;
  @ApiProperty({ description: 'The ticket after the macro.' })
  readonly ticket!: TicketDto;
}
