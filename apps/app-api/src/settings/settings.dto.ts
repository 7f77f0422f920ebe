import { FlagField, OneOf, IntegerField } from '@helpdeskly/http';
import { MfaRequirement } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { LocaleField, TimeZoneField } from '../user-core/locales.js';
import { SearchLanguage } from './search-languages.js';

const SearchIndexState = { CURRENT: 'CURRENT', REBUILDING: 'REBUILDING' } as const;

export class ChangeSettingsDto {
  @OneOf(SearchLanguage, { name: 'SearchLanguage', optional: true })
  readonly searchLanguage?: SearchLanguage;

  @OneOf(MfaRequirement, {
    name: 'MfaRequirement',
    optional: true,
    description: 'STAFF: agents and admins without a second factor can only set one up.',
  })
  readonly mfaRequired?: MfaRequirement;

  @FlagField({
    optional: true,
    description: 'Whether unknown senders of mails become customers. False refuses their mail.',
  })
  readonly mailSignUp?: boolean;

  @IntegerField({
    optional: true,
    min: 1,
    max: 3650,
    description: 'How many days the messages of mails are kept as they came.',
  })
  readonly rawMailDays?: number;

  @FlagField({
    optional: true,
    description:
      'Whether mails leave. While they do not, mails wait and are then given up: turning it on sends none of them.',
  })
  readonly outgoingMail?: boolean;
  @LocaleField({ optional: true, description: 'The language of mails to users who have chosen none.' })
  readonly locale?: string;

  @TimeZoneField({ optional: true, description: 'The time zone in mails to users who have chosen none.' })
  readonly timeZone?: string;

  @FlagField({
    optional: true,
    description: 'Whether the template `closed` tells the author of a ticket by mail that it was closed.',
  })
  readonly closedMail?: boolean;
}

/** What a helpdesk has chosen for itself. */
export class SettingsDto {
  @ApiProperty({
    enum: SearchLanguage,
    enumName: 'SearchLanguage',
    description:
      'Searches treat the forms of a word in this language as the same word. `simple` takes words as they are.',
  })
  readonly searchLanguage!: SearchLanguage;
  @ApiProperty({
    enum: SearchIndexState,
    enumName: 'SearchIndexState',
    description:
      'REBUILDING: the language was changed, and tickets that are not indexed again yet are found by the former language.',
  })
  readonly searchIndex!: keyof typeof SearchIndexState;
  @ApiProperty({ enum: MfaRequirement, enumName: 'MfaRequirement', description: 'Who must have a second factor.' })
  readonly mfaRequired!: MfaRequirement;
  @ApiProperty({ description: 'Whether unknown senders of mails become customers.' })
  readonly mailSignUp!: boolean;
  @ApiProperty({ type: 'integer', description: 'How many days the messages of mails are kept as they came.' })
  readonly rawMailDays!: number;
  @ApiProperty({ description: 'Whether mails leave. False in a helpdesk that was copied, until an admin turns it on.' })
  readonly outgoingMail!: boolean;
  @ApiProperty({ description: 'The language of mails to users who have chosen none: a BCP 47 tag.' })
  readonly locale!: string;
  @ApiProperty({ description: 'The IANA time zone in mails to users who have chosen none.' })
  readonly timeZone!: string;
  @ApiProperty({ description: 'Whether the author of a ticket is told by mail that it was closed.' })
  readonly closedMail!: boolean;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}
