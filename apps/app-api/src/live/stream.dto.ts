import { Text } from '@helpdeskly/http';
import { NotificationKind } from '@helpdeskly/tenant-db';
import { PresenceState } from '../hints/hint.js';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

export class StreamQuery {
  @Text({
    max: 4096,
    optional: true,
    description:
      'The cursor that the stream goes on behind: the `id` of an event, or a cursor of GET /events. Leave it out to begin with now.',
  })
  readonly after?: string;
}

class TicketChangeDto {
  @ApiProperty({ format: 'uuid' })
  readonly ticketId!: string;
  @ApiProperty({ type: 'integer' })
  readonly number!: number;
  @ApiProperty({ type: 'integer', description: "The ticket's version, as you may see it, when the event was sent." })
  readonly version!: number;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for the system.' })
  readonly actorId!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
  @ApiProperty({ type: [String], description: 'The names of the fields that changed.', example: ['status'] })
  readonly fields!: readonly string[];
}

@ApiSchema({ name: 'ticket.created' })
export class TicketCreatedDto extends TicketChangeDto {}

@ApiSchema({ name: 'ticket.updated' })
export class TicketUpdatedDto extends TicketChangeDto {}

@ApiSchema({ name: 'ticket.deleted' })
export class TicketDeletedDto extends TicketChangeDto {}

@ApiSchema({ name: 'comment.created' })
export class CommentCreatedDto extends TicketChangeDto {
  @ApiPropertyOptional({ format: 'uuid' })
  readonly commentId?: string;
}

@ApiSchema({ name: 'presence', description: 'Of agents and admins, for agents and admins. It is not replayed.' })
export class PresenceEventDto {
  @ApiProperty({ format: 'uuid' })
  readonly ticketId!: string;
  @ApiProperty({ type: 'integer' })
  readonly number!: number;
  @ApiProperty({ format: 'uuid', description: 'Who looks at the ticket, or left it.' })
  readonly actorId!: string;
  @ApiProperty({ type: String, enum: PresenceState, nullable: true, description: 'Null when they left it.' })
  readonly state!: PresenceState | null;
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

@ApiSchema({
  name: 'notification',
  description: 'For the person who is notified. It is not replayed: GET /notifications lists them.',
})
export class NotificationEventDto {
  @ApiProperty({ format: 'uuid', description: 'Of the notification.' })
  readonly id!: string;
  @ApiProperty({ enum: NotificationKind, enumName: 'NotificationKind' })
  readonly kind!: NotificationKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null when it is about no ticket.' })
  readonly ticketId!: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  readonly number!: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: "The ticket's version, as you may see it." })
  readonly version!: number | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly commentId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null for the system.' })
  readonly actorId!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;
}

@ApiSchema({
  name: 'reset',
  description:
    'The cursor was too old, or of an encryption key that was removed: load again what you show. The stream goes on from now.',
})
export class ResetDto {}

@ApiSchema({ name: 'reconnect', description: 'The server is about to end: connect again, with the last id.' })
export class ReconnectDto {}
