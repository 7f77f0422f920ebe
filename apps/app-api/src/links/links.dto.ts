import { OneOf, UuidField } from '@helpdeskly/http';
import { TicketLinkType, TicketStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';

export class LinkTicketDto {
  @UuidField({ description: 'The other ticket.' })
  readonly ticketId!: string;

  @OneOf(TicketLinkType, {
    name: 'TicketLinkType',
    description: 'The relation of this ticket to the other one: related, its duplicate, or blocking it.',
  })
  readonly type!: TicketLinkType;
}

export class LinkedTicketDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ type: 'integer' })
  readonly number!: number;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ enum: TicketStatus, enumName: 'TicketStatus' })
  readonly status!: TicketStatus;
}

/** A link as one of its two tickets sees it. */
export class TicketLinkDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: TicketLinkType, enumName: 'TicketLinkType' })
  readonly type!: TicketLinkType;
  @ApiProperty({
    enum: ['OUT', 'IN'],
    description:
      'OUT: the relation goes from this ticket to the other one. IN: it goes from the other one to this. RELATED is always OUT.',
  })
  readonly direction!: 'OUT' | 'IN';
  @ApiProperty({ description: 'The other ticket.' })
  readonly ticket!: LinkedTicketDto;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class TicketLinksDto {
  @ApiProperty({ type: [TicketLinkDto] })
  readonly data!: TicketLinkDto[];
}
