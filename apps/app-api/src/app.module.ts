import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AttachmentStorageModule } from './attachments/attachment-storage.module.js';
import { AttachmentsModule } from './attachments/attachments.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AutoCloseModule } from './auto-close/auto-close.module.js';
import { BulkRunsModule } from './bulk/bulk-runs.module.js';
import { BulkModule } from './bulk/bulk.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { DraftsModule } from './drafts/drafts.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { EventsModule } from './events/events.module.js';
import { FeedModule } from './feed/feed.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HintsModule } from './hints/hints.module.js';
import { LinksModule } from './links/links.module.js';
import { LiveModule } from './live/live.module.js';
import { MailCoreModule } from './mail-core/mail-core.module.js';
import { InboundMailsModule } from './mail/inbound/inbound-mails.module.js';
import { InboundModule } from './mail/inbound/inbound.module.js';
import { MailboxesModule } from './mail/mailboxes/mailboxes.module.js';
import { OutboundModule } from './mail/outbound/outbound.module.js';
import { TemplateSettingsModule } from './mail/template-settings/template-settings.module.js';
import { UndeliverableModule } from './mail/undeliverable/undeliverable.module.js';
import { MacrosModule } from './macros/macros.module.js';
import { MeteringModule } from './metering/metering.module.js';
import { NotificationCoreModule } from './notification-core/notification-core.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { ParticipantsModule } from './participants/participants.module.js';
import { PersonalDataModule } from './personal-data/personal-data.module.js';
import { SearchIndexModule } from './search-index/search-index.module.js';
import { SendLaterModule } from './send-later/send-later.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SpamModule } from './spam/spam.module.js';
import { TagsModule } from './tags/tags.module.js';
import { TicketCoreModule } from './ticket-core/ticket-core.module.js';
import { TransfersModule, TransferWorkModule } from './transfers/transfers.module.js';
import { TicketsModule } from './tickets/tickets.module.js';
import { UsageModule } from './usage/usage.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhookDeliveryModule, WebhooksModule } from './webhooks/webhooks.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { ViewsModule } from './views/views.module.js';

@Module({})
export class AppModule {
  static forRoot(config: AppConfig, logger: Logger, jobs: { readonly workers: boolean }): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EdgeModule.forRoot(config, logger),
        AutoCloseModule.forRoot(config, jobs),
        BulkRunsModule.forRoot(config, jobs),
        WebhookDeliveryModule.forRoot(config, jobs),
        SendLaterModule.forRoot(config, jobs),
        TransferWorkModule.forRoot(config, jobs),
        NotificationCoreModule,
        TicketCoreModule,
        MeteringModule,
        HintsModule.forRoot(config, { hears: true }),
        MailCoreModule.forRoot(config),
        SearchIndexModule,
        AuditModule,
        ApiKeysModule,
        AuthModule,
        UsersModule,
        PersonalDataModule,
        BulkModule, // Before the tickets: its path is not one of theirs.
        CommentsModule,
        DraftsModule,
        EventsModule,
        FeedModule.forRoot(config),
        LiveModule.forRoot(config),
        NotificationsModule,
        LinksModule,
        SpamModule,
        TagsModule,
        TicketsModule,
        GroupsModule,
        OrganizationsModule,
        AttachmentStorageModule.forRoot(config, jobs),
        AttachmentsModule,
        ViewsModule,
        ReportsModule,
        ParticipantsModule,
        MacrosModule,
        MailboxesModule,
        TemplateSettingsModule,
        WebhooksModule,
        OutboundModule.forRoot(config, jobs),
        InboundModule.forRoot(config, jobs),
        InboundMailsModule,
        UndeliverableModule,
        TransfersModule,
        SettingsModule,
        UsageModule,
      ],
    };
  }
}
