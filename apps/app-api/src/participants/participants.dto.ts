import { ParticipantRole } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { PersonDto } from '../ticket-core/ticket.dto.js';

export class ParticipantDto {
  @ApiProperty({
    enum: ParticipantRole,
    enumName: 'ParticipantRole',
    description: 'FOLLOWER: an agent or admin. CC: a customer, who can read what is public and reply.',
  })
  readonly role!: ParticipantRole;
  @ApiProperty()
  readonly user!: PersonDto;
  @ApiProperty({ format: 'date-time', description: 'When the participation began.' })
  readonly createdAt!: string;
}

export class ParticipantsDto {
  @ApiProperty({ type: [ParticipantDto] })
  readonly data!: ParticipantDto[];
}
