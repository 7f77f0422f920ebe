import {
  EmailField,
  NewPassword,
  OneOf,
  PageQuery,
  QueryEnumList,
  QuerySort,
  QueryUuidOr,
  Text,
  TextList,
  UuidField,
} from '@helpdeskly/http';
import { UserRole, UserStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';

export class CreateUserDto {
  @EmailField()
  readonly email!: string;

  @Text({ max: 200 })
  readonly name!: string;

  @OneOf(UserRole, { name: 'UserRole' })
  readonly role!: UserRole;

  @UuidField({ optional: true, nullable: true, description: 'Of a customer.' })
  readonly organizationId?: string | null;

  @NewPassword({ optional: true, description: 'Without one the user is INVITED, and sets it by an invitation.' })
  readonly password?: string;
}

export class ChangeUserDto {
  @EmailField({ optional: true })
  readonly email?: string;

  @TextList({
    optional: true,
    maxItems: 1000,
    pattern: /^[^\s@]+@[^\s@]+$/,
    description:
      'The former addresses that the user keeps: one that was never theirs, for instance mistyped, is left out, and can be given to whoever has it. Beside `email` the one that it takes the place of counts as a former one. An address that is not the user’s is 400, for its place in the list.',
  })
  readonly addresses?: readonly string[];

  @Text({ max: 200, optional: true })
  readonly name?: string;

  @OneOf(UserRole, { name: 'UserRole', optional: true })
  readonly role?: UserRole;

  @OneOf(UserStatus, { name: 'UserStatus', optional: true })
  readonly status?: UserStatus;

  @UuidField({
    optional: true,
    nullable: true,
    description: 'Of a customer; whoever becomes an agent or admin loses it.',
  })
  readonly organizationId?: string | null;
}

export class MergeUserDto {
  @UuidField({ description: 'The account that stays: of another customer, who is not disabled.' })
  readonly intoId!: string;
}

const userSorts = ['createdAt', 'name', 'email'] as const;

export class UserListQuery extends PageQuery {
  @QueryEnumList(UserRole, { name: 'UserRole' })
  readonly role?: readonly UserRole[];

  @QueryEnumList(UserStatus, { name: 'UserStatus' })
  readonly status?: readonly UserStatus[];

  @QueryUuidOr(['none'], { description: 'Customers of this organization, or of `none`.' })
  readonly organization?: string;

  @EmailField({ optional: true, description: 'Who has this address, or nobody.' })
  readonly email?: string;

  @Text({
    max: 200,
    optional: true,
    description:
      'A part of the name or of the email; when nobody is called so, those who are called much like it. A whole address finds who has it, or nobody, also as it is pasted: in brackets or quotes, with a name before it or a comma behind it, as a `mailto:` link. With an @ nobody is guessed.',
  })
  readonly q?: string;

  @QuerySort(userSorts, 'createdAt')
  readonly sort?: string;
}

export class InvitationDto {
  @ApiProperty({ description: 'Shown once.' })
  readonly token!: string;
  @ApiProperty({ format: 'date-time' })
  readonly expiresAt!: string;
}
