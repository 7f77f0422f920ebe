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
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Who made the change; null for the system.',
  })
  readonly actorId!: string | null;
  @ApiProperty({ type: PersonDto, nullable: true })
  readonly actor!: PersonDto | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', properties: { from: {}, to: {} }, required: ['from', 'to'] },
    description:
      'The value of each written field before and after. COMMENTED names the new comment in `commentId`. Customers see neither `priority` and `tags` nor events about only those.',
    example: { status: { from: 'OPEN', to: 'PENDING' } },
  })
  readonly changes!: Record<string, { from: unknown; to: unknown }>;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'The names that the groups and organizations in `changes` had then, by id; they may have been deleted since. Absent if there are none, and for customers.',
    example: { '01a1fac5-30c5-7dac-ac30-a758dbba7229': 'Second level' },
  })
  readonly names?: Record<string, string>;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}
