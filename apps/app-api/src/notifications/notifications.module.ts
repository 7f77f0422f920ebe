import { Module } from '@nestjs/common';
import { NotificationsController } from './notifications.controller.js';
import { Notifications } from './notifications.service.js';
import { Preferences } from './preferences.service.js';

/** What people are told of, and what they want to be told of. */
@Module({ controllers: [NotificationsController], providers: [Notifications, Preferences] })
export class NotificationsModule {}
