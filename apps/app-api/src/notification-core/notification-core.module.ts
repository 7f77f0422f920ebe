import { Global, Module } from '@nestjs/common';
import { Notifier } from './notifier.js';

/** Telling people. Needs the app's global TenantDatabase and TenantContext. */
@Global()
@Module({ providers: [Notifier], exports: [Notifier] })
export class NotificationCoreModule {}
