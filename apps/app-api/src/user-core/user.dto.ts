import { UserRole, UserStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';

export class UserDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ format: 'idn-email' })
  readonly email!: string;
  @ApiProperty({
    type: [String],
    description:
      'Former addresses, the latest last. They count for mail and search, but not for sign-in or a password reset. No other user can have them. PATCH can only remove some.',
  })
  readonly addresses!: string[];
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ enum: UserRole, enumName: 'UserRole' })
  readonly role!: UserRole;
  @ApiProperty({ enum: UserStatus, enumName: 'UserStatus' })
  readonly status!: UserStatus;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The organization of a customer, or null.',
  })
  readonly organizationId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The account that this one was merged into. A merged account has no name or address and is in no list.',
  })
  readonly mergedIntoId!: string | null;
  @ApiProperty({ description: 'Whether an agent or admin does not work for a while.' })
  readonly away!: boolean;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the user is back; null if the user is not away, or has not said until when.',
  })
  readonly awayUntil!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: "The language that mails to the user are in, a BCP 47 tag. Null: the helpdesk's (`GET /settings`).",
  })
  readonly locale!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: "The IANA time zone that times in mails to the user are in. Null: the helpdesk's (`GET /settings`).",
  })
  readonly timeZone!: string | null;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
