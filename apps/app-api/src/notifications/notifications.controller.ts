import {
  AnyRole,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  IfMatch,
  NoKeys,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ChangePreferencesDto,
  ListNotificationsDto,
  NotificationDto,
  PreferencesDto,
  ReadNotificationsDto,
  UnreadDto,
} from './notifications.dto.js';
import { Notifications } from './notifications.service.js';
import { Preferences } from './preferences.service.js';

@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly notifications: Notifications,
    private readonly preferences: Preferences,
  ) {}

  @Get()
  @AnyRole()
  @NoKeys()
  @ApiOperation({
    summary: 'List your notifications',
    description:
      'The newest first, for 90 days. You are not notified of what you did yourself (except SECURITY), and those about something that you may not see any more are left out. `include=total` with `unread=true` counts the unread ones.',
  })
  @ApiPage(NotificationDto)
  list(@CurrentActor() actor: Actor, @Query() query: ListNotificationsDto): Promise<Page<NotificationDto>> {
    return this.notifications.list(actor, query);
  }

  @Post('read')
  @AnyRole()
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Mark notifications as read',
    description: 'Those that `ids` name, or all that were written before a time.',
  })
  @ApiAnswer(200, UnreadDto)
  @ApiProblems('invalid_reference')
  read(@CurrentActor() actor: Actor, @Body() input: ReadNotificationsDto): Promise<UnreadDto> {
    return this.notifications.read(actor, input);
  }

  @Get('preferences')
  @AnyRole()
  @NoKeys()
  @ApiOperation({ summary: 'Read what you want to be notified of', description: 'In the app and by mail, by kind.' })
  @ApiAnswer(200, PreferencesDto)
  readPreferences(@CurrentActor() actor: Actor): Promise<PreferencesDto> {
    return this.preferences.read(actor);
  }

  @Patch('preferences')
  @AnyRole()
  @NoKeys()
  @ApiOperation({
    summary: 'Choose what you want to be notified of',
    description: 'Counts for notifications from now on. What the body leaves out stays.',
  })
  @ApiAnswer(200, PreferencesDto)
  changePreferences(
    @CurrentActor() actor: Actor,
    @Body() changes: ChangePreferencesDto,
    @IfMatch() version?: number,
  ): Promise<PreferencesDto> {
    return this.preferences.change(actor, changes, version);
  }
}
