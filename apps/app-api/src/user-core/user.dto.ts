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
      'Former addresses, the latest last: for mail and search, never to sign in or to reset a password. Nobody else can have them. PATCH makes the list shorter.',
  })
  readonly addresses!: string[];
  @ApiProperty()
  readonly name!: string;
  @ApiProperty({ enum: UserRole, enumName: 'UserRole' })
  readonly role!: UserRole;
  @ApiProperty({ enum: UserStatus, enumName: 'UserStatus' })
  readonly status!: UserStatus;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Customers belong to one, or to none.' })
  readonly organizationId!: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description:
      'The account that this one was joined with: it has a name and an address of nobody then, and is in no list.',
  })
  readonly mergedIntoId!: string | null;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}
