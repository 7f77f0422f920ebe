import { PageQuery } from '@helpdeskly/http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TicketEventType } from '../ticket-core/ticket-events.js';
import { PersonDto } from '../ticket-core/ticket.dto.js';

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
      'Each field that was written, before and after. COMMENTED names the new comment as `commentId`. Customers do not see `priority` and `tags`, nor events of nothing else.',
    example: { status: { from: 'OPEN', to: 'PENDING' } },
  })
  readonly changes!: Record<string, { from: unknown; to: unknown }>;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'What the groups and organizations of `changes` were called then, by their ids: they may be deleted since. Absent when there are none, and when a customer asks.',
    example: { '01a1fac5-30c5-7dac-ac30-a758dbba7229': 'Second level' },
  })
  readonly names?: Record<string, string>;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
