import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { CommentFiles } from '../../attachments/comment-files.js';
import { AuditTrail } from '../../audit/audit-trail.js';
import { timerWorkerProvider } from '../../edge/tenant-timers.js';
import { MailSigning } from '../../mail-core/mail-signing.js';
import { MailTimer } from '../../mail-core/mail-timer.js';
import { AccountMail } from './account-mail.js';
import { AccountTokens } from './account-tokens.js';
import { AutomaticMail } from './automatic-mail.js';
import { Letterhead } from './letterhead.js';
import { MailboxMail } from './mailbox-mail.js';
import { MailComposer } from './mail-composer.js';
import { MailDispatch } from './mail-dispatch.js';
import { MailMetrics } from './mail-metrics.js';
import { MailOutcomes } from './mail-outcomes.js';
import { MailSurvey } from './mail-survey.js';
import { lanes, MailVisits } from './mail-visits.js';
import { NotificationMail } from './notification-mail.js';
import { OutboxFolder } from './outbox-folder.js';
import { OutboxRelay } from './outbox-relay.js';
import { Relay } from './relay.js';
import { ReplyMail } from './reply-mail.js';
import { TicketlessMail } from './ticketless-mail.js';
import { TicketNotices } from './ticket-notices.js';
import { SignedRelay } from './signed-relay.js';
import { SmtpRelay } from './smtp-relay.js';

/** As many jobs as a process takes at once, each with its lanes: no tenant waits for a connection that another one holds. */
const connections = 4 * lanes;

/** Sends mail: for the processes that take jobs. */
@Module({})
export class OutboundModule {
  static forRoot({ mail }: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const { relayUrl, outboxDir } = mail;
    if (!workers) return { module: OutboundModule };
    if ((relayUrl ?? outboxDir) === undefined) return { module: OutboundModule, providers: [MailMetrics] };
    const relay = (signing: MailSigning): Relay =>
      new SignedRelay(
        relayUrl === undefined
          ? new OutboxRelay(new OutboxFolder(outboxDir ?? ''))
          : new SmtpRelay(relayUrl, connections),
        signing,
      );
    return {
      module: OutboundModule,
      providers: [
        { provide: Relay, useFactory: relay, inject: [MailSigning] },
        CommentFiles,
        Letterhead,
        ReplyMail,
        AuditTrail,
        AutomaticMail,
        AccountTokens,
        AccountMail,
        MailboxMail,
        NotificationMail,
        TicketlessMail,
        TicketNotices,
        MailComposer,
        MailMetrics,
        MailOutcomes,
        MailDispatch,
        MailVisits,
        MailSurvey,
        timerWorkerProvider(MailTimer, [MailVisits, MailSurvey], mail),
      ],
    };
  }
}
