import { PageQuery } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { TicketEventType } from '../tickets/ticket-events.js';
import { PersonDto } from '../tickets/tickets.dto.js';

export class ListEventsDto extends PageQuery {}

export class TicketEventDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: TicketEventType, enumName: 'TicketEventType' })
  readonly type!: TicketEventType;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who did it; null when the system did.' })
  readonly actorId!: string | null;
  @ApiProperty({ type: PersonDto, nullable: true })
  readonly actor!: PersonDto | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', properties: { from: {}, to: {} }, required: ['from', 'to'] },
    description:
      'Each field that was written, before and after. COMMENTED names the new comment as `commentId`. Beside `groupId` and `organizationId`, `group` and `organization` say what they were called then. Customers do not see `priority`, `tags`, `group` and `organization`, nor events of nothing else.',
    example: { status: { from: 'OPEN', to: 'PENDING' } },
  })
  readonly changes!: Record<string, { from: unknown; to: unknown }>;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
