import {
  PageQuery,
  OneOf,
  OneOfList,
  QueryChoice,
  QueryValues,
  SortFields,
  Text,
  TimeField,
  UuidField,
} from '@helpdeskly/http';
import { TicketPriority, TicketStatus, UserRole } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { AddTags, RemoveTags, Tags } from './tag-fields.js';
import { filterRules } from './filter-rules.js';
import { ticketSorts } from './ticket-order.js';
import { RedactableField } from './ticket-redactions.js';

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

export class RedactTicketDto {
  @OneOfList(RedactableField, { name: 'RedactableField', description: 'What is blanked.' })
  readonly fields!: readonly RedactableField[];
}

export class ListTicketsDto extends PageQuery {
  @SortFields(ticketSorts, 2, {
    optional: true,
    description:
      'One or two fields to sort by, by comma; with a hyphen, downwards. Tickets that are not resolved come last by `resolvedAt`.',
  })
  readonly sort?: string;

  @QueryValues(filterRules.status)
  readonly status?: string | readonly string[];

  @QueryValues(filterRules.priority, { description: 'Not for customers.' })
  readonly priority?: string | readonly string[];

  @QueryValues(filterRules.assignedTo, { description: "A user's id, `me`, or `none` for tickets that nobody has." })
  readonly assignedTo?: string | readonly string[];

  @QueryValues(filterRules.author, { description: "A user's id, or `me`." })
  readonly author?: string | readonly string[];

  @QueryValues(filterRules.group, {
    description: "A group's id, `mine` for those of the caller's groups, or `none`.",
  })
  readonly group?: string | readonly string[];

  @QueryValues(filterRules.participant, {
    description:
      "Tickets that this user was let into or, for agents and admins who ask, follows; a user's id, or `me`.",
  })
  readonly participant?: string | readonly string[];

  @QueryValues(filterRules.organization, {
    description: "Tickets that were opened in this organization: its id, or `none` for those of nobody's.",
  })
  readonly organization?: string | readonly string[];

  @QueryValues(filterRules.tag, {
    description:
      'Tickets that carry this tag; one that itself begins with a hyphen stands in double quotes (`"-x"`, and `-"-x"` excludes it). Not for customers.',
  })
  readonly tag?: string | readonly string[];

  @Text({
    max: 1000,
    optional: true,
    blankIsNone: true,
    description:
      "Full-text over title, description, the comments that the caller may see, names of their attachments, the requester’s name and address, for the staff also tags, the requester’s former addresses and what was merged into a ticket: words, \"phrases\", or, -without, begin*, in the language of the helpdesk's settings. A word ends at every character that is no letter, digit or mark; a code, file name, path, domain or URL is found by each part and by the whole, with or without what divides it and whatever stands beside it, a code also when single spaces divide its groups, an address by its parts and by the whole alone, a phone number by its digits with and without its country's; Chinese, Japanese, Korean and Thai by any two characters; accents do not matter, nor in which script digits are. Words that the language drops count when there are no others. A ticket's number (`90`, `#90`) puts that ticket first. Unless `sort` is given the best come first, of the newest 1,000 that it finds; `include=total` counts all. One that is empty, or of characters that nobody sees, filters nothing.",
  })
  readonly q?: string;

  @TimeField({ optional: true, description: 'Opened at this time or after it.' })
  readonly createdAfter?: string;

  @TimeField({ optional: true, description: 'Opened before this time.' })
  readonly createdBefore?: string;

  @TimeField({ optional: true, description: 'Last written to at this time or after it.' })
  readonly updatedAfter?: string;

  @TimeField({ optional: true, description: 'Last written to before this time.' })
  readonly updatedBefore?: string;

  @TimeField({ optional: true, description: 'Resolved at this time or after it, and not opened again.' })
  readonly resolvedAfter?: string;

  @TimeField({ optional: true, description: 'Resolved before this time, and not opened again.' })
  readonly resolvedBefore?: string;

  @QueryChoice(['include', 'only'], {
    description: 'Tickets that were merged into others, which are left out unless asked for.',
  })
  readonly merged?: 'include' | 'only';

  @QueryChoice(['only'], { description: 'The tickets that were deleted. Admins alone.' })
  readonly deleted?: 'only';
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
