import { OneOf, Text, UuidField } from '@helpdeskly/http';
import { TicketPriority, TicketStatus, UserRole } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { AddTags, RemoveTags, Tags } from './tag-fields.js';

export class OpenTicketDto {
  @Text({ max: 200, example: 'Printer on floor 3 prints blank pages' })
  readonly title!: string;

  @Text({ max: 65_536, example: 'Since this morning every page comes out blank.' })
  readonly description!: string;

  @OneOf(TicketPriority, {
    name: 'TicketPriority',
    optional: true,
    description: 'MEDIUM unless given. Not for customers.',
  })
  readonly priority?: TicketPriority;

  @OneOf(TicketStatus, { name: 'TicketStatus', optional: true, description: 'OPEN unless given. Not for customers.' })
  readonly status?: TicketStatus;

  @UuidField({
    optional: true,
    description: 'Who asked: any user who is not disabled; the caller unless given. Not for customers.',
  })
  readonly authorId?: string;

  @UuidField({ optional: true, nullable: true, description: 'An active admin or agent. Not for customers.' })
  readonly assignedToId?: string | null;

  @UuidField({
    optional: true,
    nullable: true,
    description: 'A group; an assignee is one of its members. Not for customers.',
  })
  readonly groupId?: string | null;

  @Tags({ description: 'A tag given twice is kept once. Not for customers.' })
  readonly tags?: readonly string[] | null;

  @UuidField({ optional: true, nullable: true, description: 'The ticket that this one continues.' })
  readonly followUpOfId?: string | null;
}

/** Customers may set `status` to RESOLVED or OPEN, and nothing else. */
export class ChangeTicketDto {
  @Text({ max: 200, optional: true })
  readonly title?: string;

  @Text({ max: 65_536, optional: true })
  readonly description?: string;

  @OneOf(TicketPriority, { name: 'TicketPriority', optional: true })
  readonly priority?: TicketPriority;

  @OneOf(TicketStatus, {
    name: 'TicketStatus',
    optional: true,
    description: 'The one field that customers may set: to RESOLVED or OPEN.',
  })
  readonly status?: TicketStatus;

  @UuidField({ optional: true, description: 'Any user who is not disabled.' })
  readonly authorId?: string;

  @UuidField({ optional: true, nullable: true, description: 'An active admin or agent.' })
  readonly assignedToId?: string | null;

  @UuidField({
    optional: true,
    nullable: true,
    description: 'A group. An assignee who is no member of it loses the ticket, unless a member is named with it.',
  })
  readonly groupId?: string | null;

  @Tags({ description: 'Takes the place of all tags.' })
  readonly tags?: readonly string[] | null;

  @AddTags()
  readonly addTags?: readonly string[];

  @RemoveTags()
  readonly removeTags?: readonly string[];

  @UuidField({ optional: true, nullable: true, description: 'An older ticket that this one continues.' })
  readonly followUpOfId?: string | null;
}

export class PersonDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({
    format: 'idn-email',
    required: false,
    description: 'Absent of agents and admins when a customer asks.',
  })
  readonly email?: string;
  @ApiProperty({ enum: UserRole, enumName: 'UserRole' })
  readonly role!: UserRole;
}

export class TicketDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'Counts 1, 2, 3 … in each tenant. Paths take it in place of the id.' })
  readonly number!: number;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty()
  readonly description!: string;
  @ApiProperty({ enum: TicketStatus, enumName: 'TicketStatus' })
  readonly status!: TicketStatus;
  @ApiProperty({
    enum: TicketPriority,
    enumName: 'TicketPriority',
    required: false,
    description: 'Absent when a customer asks.',
  })
  readonly priority?: TicketPriority;
  @ApiProperty({ type: [String], required: false, description: 'Absent when a customer asks.' })
  readonly tags?: string[];
  @ApiProperty({
    required: false,
    description:
      'Made by a split of internal comments alone: hidden from customers while it has no public comment. Absent when a customer asks.',
  })
  readonly internal?: boolean;
  @ApiProperty({ format: 'uuid' })
  readonly authorId!: string;
  @ApiProperty({ description: 'The person who asked.' })
  readonly author!: PersonDto;
  @ApiProperty({ format: 'uuid', description: 'Who typed it.' })
  readonly submittedById!: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly assignedToId!: string | null;
  @ApiProperty({ type: PersonDto, nullable: true })
  readonly assignedTo!: PersonDto | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly groupId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      "The author's when the ticket was opened. A new author or a merge leaves it; whom it is shared with goes by it.",
  })
  readonly organizationId!: string | null;
  @ApiProperty({ type: 'integer', description: 'The comments that the caller may see.' })
  readonly commentCount!: number;
  @ApiProperty({
    type: 'integer',
    description:
      'Moves with every write to the ticket, comments included. Customers have one of their own, which moves with what they see; their If-Match is compared with that.',
  })
  readonly version!: number;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The first public comment by an agent or admin who is not the author.',
  })
  readonly firstRespondedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null unless RESOLVED or CLOSED.' })
  readonly resolvedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null unless CLOSED.' })
  readonly closedAt!: string | null;
  @ApiProperty({
    type: 'integer',
    description: 'How often its author, or another customer, opened it again after it was resolved.',
  })
  readonly reopenCount!: number;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null for one that the caller may not see.',
  })
  readonly followUpOfId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null for one that the caller may not see.',
  })
  readonly mergedIntoId!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time', description: 'Of the last write that moved `version`.' })
  readonly updatedAt!: string;
}
