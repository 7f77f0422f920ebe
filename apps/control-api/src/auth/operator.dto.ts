import { OperatorRole, OperatorStatus } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

export class OperatorDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: OperatorRole, enumName: 'OperatorRole' })
  role!: OperatorRole;

  @ApiProperty({ enum: OperatorStatus, enumName: 'OperatorStatus' })
  status!: OperatorStatus;

  @ApiProperty({ type: 'integer' })
  version!: number;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

export class SessionDto {
  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';

  @ApiProperty({ description: 'A JWT.' })
  accessToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  expiresIn!: number;

  @ApiProperty({ description: 'Works once: exchange it for the next one.' })
  refreshToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds.' })
  refreshExpiresIn!: number;

  @ApiProperty({ type: OperatorDto })
  user!: OperatorDto;
}

/** Whoever calls: an operator, or a program by its API key. */
export class CallerDto {
  @ApiProperty({ enum: ['OPERATOR', 'API_KEY'] })
  kind!: 'OPERATOR' | 'API_KEY';

  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String, format: 'email', nullable: true, description: 'An API key has none.' })
  email!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: OperatorRole, enumName: 'OperatorRole' })
  role!: OperatorRole;
}
