import {
  Agreeing,
  FlagField,
  Nested,
  PageQuery,
  QueryChoice,
  QueryEnumList,
  QuerySort,
  TextList,
  TimeField,
} from '@helpdeskly/http';
import { NotificationKind } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { uuidForm } from '../ticket-core/ticket-forms.js';
import { PersonDto } from '../ticket-core/ticket.dto.js';

export class ListNotificationsDto extends PageQuery {
  @QueryChoice(['true', 'false'], { description: 'Those that you have not read (`true`), or those that you have.' })
  readonly unread?: 'true' | 'false';

  @QueryEnumList(NotificationKind, { name: 'NotificationKind' })
  readonly kind?: readonly NotificationKind[];

  @QuerySort(['createdAt'], '-createdAt')
  readonly sort?: 'createdAt' | '-createdAt';
}

/** What you are told of, as you may see it now. */
export class NotificationDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;
  @ApiProperty({ enum: NotificationKind, enumName: 'NotificationKind' })
  readonly kind!: NotificationKind;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null when it is about no ticket.' })
  readonly ticketId!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: "The ticket's number." })
  readonly number!: number | null;
  @ApiProperty({ type: String, nullable: true, description: "The ticket's present title." })
  readonly title!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Of MENTIONED and REPLIED.' })
  readonly commentId!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who did it. Null for the system.' })
  readonly actorId!: string | null;
  @ApiProperty({ type: PersonDto, nullable: true })
  readonly actor!: PersonDto | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'What else there is to know, by the kind. Of SECURITY: `event` (NEW_SIGN_IN, PASSWORD_CHANGED, PASSWORD_RESET, SESSION_ENDED, REFRESH_TOKEN_REUSED, MFA_ENABLED, MFA_DISABLED, MFA_RESET, RECOVERY_CODE_USED, and DATA_EXPORTED, which every admin gets, with the `exportId`), the `sessionId` that it is about, and the `address` of a sign-in.',
  })
  readonly details!: unknown;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly readAt!: string | null;
  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

export class ReadNotificationsDto {
  @TextList({
    optional: true,
    minItems: 1,
    maxItems: 100,
    pattern: uuidForm,
    description: 'Your own notifications. One that was read stays so.',
  })
  readonly ids?: readonly string[];

  @Agreeing(
    ({ ids }) => (ids === undefined ? undefined : ['conflict', 'Send `ids` or `before`, not both.']),
    TimeField({ optional: true, description: 'Instead of `ids`: all that were written before this time.' }),
  )
  readonly before?: string;
}

export class UnreadDto {
  @ApiProperty({ type: 'integer', description: 'How many you have not read.' })
  readonly unread!: number;
}

/** Where somebody hears of one kind of notification. */
export class ChannelsDto {
  @ApiProperty({ description: 'In GET /notifications and in streams.' })
  readonly inApp!: boolean;
  @ApiProperty()
  readonly mail!: boolean;
}

class ChangeChannelsDto {
  @FlagField({ optional: true })
  readonly inApp?: boolean;
  @FlagField({ optional: true })
  readonly mail?: boolean;
}

const Changed = (kind: NotificationKind, description?: string) =>
  Agreeing(
    ({ [kind]: sent }) =>
      Object.keys(sent as object).length > 0 ? undefined : ['empty', 'Send `inApp`, `mail` or both.'],
    Nested(() => ChangeChannelsDto, { optional: true, ...(description !== undefined && { description }) }),
  );

/** What is left out stays. */
export class ChangePreferencesDto {
  @Changed('ASSIGNED')
  readonly ASSIGNED?: ChangeChannelsDto;
  @Changed('GROUP_ASSIGNED')
  readonly GROUP_ASSIGNED?: ChangeChannelsDto;
  @Changed('MENTIONED')
  readonly MENTIONED?: ChangeChannelsDto;
  @Changed('REPLIED')
  readonly REPLIED?: ChangeChannelsDto;
  @Changed('DELIVERY_FAILED')
  readonly DELIVERY_FAILED?: ChangeChannelsDto;
  @Changed('SEND_FAILED')
  readonly SEND_FAILED?: ChangeChannelsDto;
  @Changed('MAIL_HELD')
  readonly MAIL_HELD?: ChangeChannelsDto;
  @Changed('WEBHOOK_DISABLED')
  readonly WEBHOOK_DISABLED?: ChangeChannelsDto;
  @Changed('SECURITY', 'Always on: false is refused.')
  readonly SECURITY?: ChangeChannelsDto;
}

/** By kind; everything is on unless somebody turned it off. */
export class PreferencesDto implements Readonly<Record<NotificationKind, ChannelsDto>> {
  @ApiProperty({ description: 'A ticket was assigned to you.' })
  readonly ASSIGNED!: ChannelsDto;
  @ApiProperty({ description: 'A ticket was given to one of your groups.' })
  readonly GROUP_ASSIGNED!: ChannelsDto;
  @ApiProperty({ description: 'An internal comment mentions you as `@[name](user:<id>)`.' })
  readonly MENTIONED!: ChannelsDto;
  @ApiProperty({
    description:
      'Somebody commented on a ticket that you asked, have, follow or were let into. Customers get public replies by mail whatever this says.',
  })
  readonly REPLIED!: ChannelsDto;
  @ApiProperty({ description: 'A mail of yours did not arrive.' })
  readonly DELIVERY_FAILED!: ChannelsDto;
  @ApiProperty({ description: 'A comment that was to be sent later could not be, and is a draft again.' })
  readonly SEND_FAILED!: ChannelsDto;
  @ApiProperty({ description: 'An incoming mail waits for a decision.' })
  readonly MAIL_HELD!: ChannelsDto;
  @ApiProperty({ description: 'A webhook was turned off after too many failures.' })
  readonly WEBHOOK_DISABLED!: ChannelsDto;
  @ApiProperty({
    description:
      'A sign-in from a network that is new, a new password, a change of the second factor, a recovery code that was used, a session that another one ended. Always on.',
  })
  readonly SECURITY!: ChannelsDto;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}
