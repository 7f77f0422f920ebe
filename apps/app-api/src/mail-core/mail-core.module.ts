import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { timerProvider } from '../edge/tenant-timers.js';
import { AccountMail } from './account-mail.js';
import { ClosingMail } from './closing-mail.js';
import { CommentMail } from './comment-mail.js';
import { DomainKeys } from './domain-keys.js';
import { MailAddresses, MailDomain } from './mail-addresses.js';
import { MailDns, mailDns } from './mail-dns.js';
import { MailOutbox } from './mail-outbox.js';
import { MailSettings } from './mail-settings.js';
import { MailSigning } from './mail-signing.js';
import { MailTimer } from './mail-timer.js';
import { NotificationMail } from './notification-mail.js';
import { OwnAddresses } from './own-addresses.js';
import { ReplyAddresses } from './reply-addresses.js';
import { SenderAddresses } from './sender-addresses.js';

/** Milliseconds. */
const backoffMs = 5000;

/** What mail that comes and mail that leaves stand on: for every process that writes to tickets. */
@Module({})
export class MailCoreModule {
  static forRoot(config: AppConfig): DynamicModule {
    const settings = new MailSettings(config);
    const shared = [
      { provide: MailDomain, useValue: new MailDomain(config.mail.domain) },
      { provide: MailDns, useValue: mailDns(config.mail.dnsServers) },
      { provide: MailSettings, useValue: settings },
      timerProvider(MailTimer, { name: 'mail', job: 'send', place: settings.place, backoffMs }),
      AccountMail,
      DomainKeys,
      MailAddresses,
      MailOutbox,
      MailSigning,
      OwnAddresses,
      ReplyAddresses,
      SenderAddresses,
    ];
    return {
      module: MailCoreModule,
      global: true,
      providers: [...shared, CommentMail, ClosingMail, NotificationMail],
      exports: shared,
    };
  }
}
