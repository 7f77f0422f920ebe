import { OneOf } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { PresenceState } from '../hints/hint.js';
import { PersonDto } from '../ticket-core/ticket.dto.js';

export class PresenceDto {
  @OneOf(PresenceState, { name: 'PresenceState' })
  readonly state!: PresenceState;
}

class PresentDto {
  @ApiProperty({ enum: PresenceState, enumName: 'PresenceState' })
  readonly state!: PresenceState;
  @ApiProperty()
  readonly user!: PersonDto;
}

export class PresencesDto {
  @ApiProperty({ type: [PresentDto] })
  readonly data!: PresentDto[];
}
