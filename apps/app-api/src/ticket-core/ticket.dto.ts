import { UserRole } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { answerClass, changeClass, openingClass } from './column-dto.js';
import { AddTags, RemoveTags } from './tag-fields.js';
import { ticketColumns } from './ticket-columns.js';

export class OpenTicketDto extends openingClass(ticketColumns) {}

/** Customers may set `status` to RESOLVED or OPEN, and nothing else. */
export class ChangeTicketDto extends changeClass(ticketColumns) {
  @AddTags()
  readonly addTags?: readonly string[];

  @RemoveTags()
  readonly removeTags?: readonly string[];
}

export class PersonDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({
    format: 'idn-email',
    required: false,
    description: 'Absent for agents and admins if a customer asks.',
  })
  readonly email?: string;
  @ApiProperty({ enum: UserRole, enumName: 'UserRole' })
  readonly role!: UserRole;
}

export class TicketDto extends answerClass(ticketColumns) {
  @ApiProperty({ description: 'The person who asked.' })
  readonly author!: PersonDto;
  @ApiProperty({ type: PersonDto, nullable: true })
  readonly assignedTo!: PersonDto | null;
}
