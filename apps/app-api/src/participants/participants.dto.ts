import { ParticipantRole } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { PersonDto } from '../ticket-core/ticket.dto.js';

export class ParticipantDto {
  @ApiProperty({
    enum: ParticipantRole,
    enumName: 'ParticipantRole',
    description:
      'As what somebody was let in. FOLLOWER: an agent or admin. CC: a customer, who reads what is public and may reply.',
  })
  readonly role!: ParticipantRole;
  @ApiProperty()
  readonly user!: PersonDto;
  @ApiProperty({ format: 'date-time', description: 'Since when.' })
  readonly createdAt!: string;
}

export class ParticipantsDto {
  @ApiProperty({ type: [ParticipantDto] })
  readonly data!: ParticipantDto[];
}
