import {
  Agreeing,
  IntegerField,
  Nested,
  OneOf,
  PageQuery,
  PickFields,
  QuerySort,
  Text,
  TextList,
} from '@helpdeskly/http';
import { CommentVisibility, MailStatus, TicketStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { AttachmentDto } from '../attachments/attachments.dto.js';
import { MailDto } from '../mail-core/mail.dto.js';
import { uuidForm } from '../ticket-core/ticket-forms.js';
import { ChangeTicketDto, PersonDto } from '../ticket-core/ticket.dto.js';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What a reply changes of its ticket; what it leaves out stays. Customers: `status`, RESOLVED or OPEN. */
export class ReplyChangesDto extends PickFields(ChangeTicketDto, [
  'status',
  'assignedToId',
  'groupId',
  'priority',
  'addTags',
  'removeTags',
]) {}

export class ReplyDto {
  @Text({ max: 65_536, example: 'A new toner is on its way.' })
  readonly body!: string;

  @OneOf(CommentVisibility, {
    name: 'CommentVisibility',
    optional: true,
    description: 'The default is PUBLIC. Only agents and admins write and see INTERNAL comments.',
  })
  readonly visibility?: CommentVisibility;

  @Agreeing(
    ({ changes }) =>
      isObject(changes) && changes.status !== undefined
        ? ['conflict', 'The status stands here or in `changes`, not in both.']
        : undefined,
    OneOf(TicketStatus, {
      name: 'TicketStatus',
      optional: true,
      description: 'The status that the ticket gets in the same write. Customers can set RESOLVED or OPEN.',
    }),
  )
  readonly status?: TicketStatus;

  @Nested(() => ReplyChangesDto, {
    optional: true,
    description:
      'Changes of the ticket in the same write, with one version and one event. If a change is refused, so is the comment.',
  })
  readonly changes?: ReplyChangesDto;

  @TextList({
    optional: true,
    maxItems: 10,
    pattern: uuidForm,
    description: 'Your own files that no comment has taken yet.',
  })
  readonly attachmentIds?: readonly string[];

  @IntegerField({
    optional: true,
    min: 0,
    max: 60,
    description:
      'Seconds until it is sent; the default is 0. Until then only you see the comment, with `sendAt`, and can take it back.',
  })
  readonly sendAfter?: number;
}

export class ListCommentsDto extends PageQuery {
  @QuerySort(['createdAt'], 'createdAt')
  readonly sort?: 'createdAt' | '-createdAt';
}

/** A mail by which a public comment of staff leaves. */
export class DeliveryDto {
  @ApiProperty({ format: 'idn-email' })
  readonly to!: string;
  @ApiProperty({ enum: MailStatus, enumName: 'MailStatus' })
  readonly status!: MailStatus;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '5.1.1',
    description: 'What the relay, or a bounce, said last: an enhanced status code (RFC 3463) or a reply code.',
  })
  readonly code!: string | null;
  @ApiProperty({ format: 'date-time', description: 'Since when the status is this, or when it was tried last.' })
  readonly at!: string;
}

export class CommentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ format: 'uuid' })
  readonly ticketId!: string;
  @ApiProperty()
  readonly body!: string;
  @ApiProperty({ enum: CommentVisibility, enumName: 'CommentVisibility' })
  readonly visibility!: CommentVisibility;
  @ApiProperty({ format: 'uuid' })
  readonly authorId!: string;
  @ApiProperty()
  readonly author!: PersonDto;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The ticket that the comment was written to before a merge or a split moved it. Null if you may not see that ticket.',
  })
  readonly originTicketId!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly redactedAt!: string | null;
  @ApiProperty({ type: [AttachmentDto], description: 'In the order in which they were uploaded.' })
  readonly attachments!: readonly AttachmentDto[];
  @ApiProperty({
    type: [DeliveryDto],
    required: false,
    description: 'The mails of a public comment by staff. Customers do not see them.',
  })
  readonly deliveries?: readonly DeliveryDto[];
  @ApiProperty({
    type: MailDto,
    required: false,
    nullable: true,
    description: 'The mail that the comment came by; null for others. Agents and admins only.',
  })
  readonly mail?: MailDto | null;
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description: "The mail's HTML without scripts, forms, frames and style sheets. Agents and admins only.",
  })
  readonly bodyHtml?: string | null;
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description: 'What was cut from the mail: quoted history and signature. Agents and admins only.',
  })
  readonly quoted?: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'Of your own comment that is sent later: when. Then `createdAt` becomes the time at which it was sent.',
  })
  readonly sendAt!: string | null;
}
