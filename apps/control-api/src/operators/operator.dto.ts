import { OperatorRole, OperatorStatus, type Operator } from '@helpdeskly/catalog';
import { ApiProperty } from '@nestjs/swagger';

export class OperatorDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'idn-email' })
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

/** A one-time way to set a password. */
export class OperatorInvitationDto {
  @ApiProperty({ format: 'idn-email', description: 'Whose it is.' })
  email!: string;

  @ApiProperty({ description: 'POST it to /auth/invitations/accept with a password. Shown once.' })
  token!: string;

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;
}

export class CreatedOperatorDto extends OperatorDto {
  @ApiProperty({ type: OperatorInvitationDto, nullable: true, description: 'Null when a password was given.' })
  invitation!: OperatorInvitationDto | null;
}

export function viewOperator({ id, email, name, role, status, version, createdAt, updatedAt }: Operator): OperatorDto {
  return {
    id,
    email,
    name,
    role,
    status,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
