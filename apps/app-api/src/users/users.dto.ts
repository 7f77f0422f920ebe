import {
  EmailField,
  FlagField,
  NewPassword,
  OneOf,
  PageQuery,
  QueryEnumList,
  QuerySort,
  QueryUuidOr,
  Text,
  TextList,
  TimeField,
  UuidField,
} from '@helpdeskly/http';
import { UserRole, UserStatus } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { LocaleField, TimeZoneField } from '../user-core/locales.js';

export class CreateUserDto {
  @EmailField()
  readonly email!: string;

  @Text({ max: 200 })
  readonly name!: string;

  @OneOf(UserRole, { name: 'UserRole' })
  readonly role!: UserRole;

  @UuidField({ optional: true, nullable: true, description: 'Only for a customer.' })
  readonly organizationId?: string | null;

  @NewPassword({ optional: true, description: 'Without a password the user is INVITED and sets it by an invitation.' })
  readonly password?: string;

  @LocaleField({ optional: true, nullable: true, description: "The language of mails. Null: the helpdesk's." })
  readonly locale?: string | null;

  @TimeZoneField({ optional: true, nullable: true, description: "The time zone in mails. Null: the helpdesk's." })
  readonly timeZone?: string | null;
}

export class ChangeUserDto {
  @EmailField({ optional: true })
  readonly email?: string;

  @TextList({
    optional: true,
    maxItems: 1000,
    pattern: /^[^\s@]+@[^\s@]+$/,
    description:
      'The former addresses that the user keeps. Leave out a mistyped address, for example, so that another user can have it. If you also send `email`, the present email counts as a former one. An address that is not one of the user’s is answered 400.',
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
    description: 'Only for a customer; a user who becomes an agent or admin loses it.',
  })
  readonly organizationId?: string | null;

  @FlagField({
    optional: true,
    description: 'Whether the user does not work for a while. Only for agents and admins, who say it of themselves.',
  })
  readonly away?: boolean;

  @TimeField({
    optional: true,
    nullable: true,
    description: 'When the user is back, in the future: it makes the user away. `null`: not before the user says so.',
  })
  readonly awayUntil?: string | null;

  @LocaleField({ optional: true, nullable: true, description: "The language of mails. Null: the helpdesk's." })
  readonly locale?: string | null;

  @TimeZoneField({ optional: true, nullable: true, description: "The time zone in mails. Null: the helpdesk's." })
  readonly timeZone?: string | null;
}

export class MergeUserDto {
  @UuidField({ description: 'The target: the account of another customer who is not disabled.' })
  readonly intoId!: string;
}

const userSorts = ['createdAt', 'name', 'email'] as const;

export class UserListQuery extends PageQuery {
  @QueryEnumList(UserRole, { name: 'UserRole' })
  readonly role?: readonly UserRole[];

  @QueryEnumList(UserStatus, { name: 'UserStatus' })
  readonly status?: readonly UserStatus[];

  @QueryUuidOr(['none'], { description: 'Customers of this organization, or `none` for customers without one.' })
  readonly organization?: string;

  @EmailField({ optional: true, description: 'The user who has exactly this address.' })
  readonly email?: string;

  @Text({
    max: 200,
    optional: true,
    description:
      'A part of the name or of the email. If nobody matches, similar names are found. A whole address finds only the user who has it, also if it is pasted in brackets or quotes, with a name before it, with a comma after it, or as a `mailto:` link. Text with an @ never finds similar names.',
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
