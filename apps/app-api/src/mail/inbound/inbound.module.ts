import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { timerProvider, timerWorkerProvider } from '../../edge/tenant-timers.js';
import { AutomaticAnswers } from './automatic-answers.js';
import { DeliveryFailures } from './delivery-failures.js';
import { DueMails } from './due-mails.js';
import { InboundSettings } from './inbound-settings.js';
import { InboundSurvey } from './inbound-survey.js';
import { InboundTimer } from './inbound-timer.js';
import { InboundVisits } from './inbound-visits.js';
import { MailCorrespondents } from './mail-correspondents.js';
import { MailDeliveries } from './mail-deliveries.js';
import { MailEntries } from './mail-entries.js';
import { FilingSteps } from './filing-steps.js';
import { MailFiling } from './mail-filing.js';
import { MailHosts } from './mail-hosts.js';
import { MailIntake } from './mail-intake.js';
import { MailLimits } from './mail-limits.js';
import { MailChecks } from './mail-checks.js';
import { MailReading } from './mail-reading.js';
import { MailRecipients } from './mail-recipients.js';
import { OperatorMails } from './operator-mails.js';
import { TenantMailboxes } from './tenant-mailboxes.js';
import { MailSenders } from './mail-senders.js';
import { RawMails } from './raw-mails.js';
import { SmtpListener, SmtpSettings } from './smtp-listener.js';

const backoffMs = 2000;

/** Mail that arrives: for processes that take it in, and for those that file it. */
@Module({})
export class InboundModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new InboundSettings(config);
    const { place } = settings;
    return {
      module: InboundModule,
      global: true,
      providers: [
        { provide: InboundSettings, useValue: settings },
        { provide: SmtpSettings, useValue: new SmtpSettings(config.mail, config.host) },
        timerProvider(InboundTimer, { name: 'inbound-mail', job: 'file', place, backoffMs }),
        RawMails,
        MailIntake,
        MailDeliveries,
        TenantMailboxes,
        MailHosts,
        OperatorMails,
        MailRecipients,
        SmtpListener,
        ...(workers
          ? [
              AuditTrail,
              MailSenders,
              MailCorrespondents,
              MailChecks,
              MailReading,
              MailLimits,
              DeliveryFailures,
              AutomaticAnswers,
              MailEntries,
              FilingSteps,
              MailFiling,
              DueMails,
              InboundVisits,
              InboundSurvey,
              timerWorkerProvider(InboundTimer, [InboundVisits, InboundSurvey], settings),
            ]
          : []),
      ],
      exports: [InboundSettings, InboundTimer, MailIntake, OperatorMails, RawMails, SmtpListener, TenantMailboxes],
    };
  }
}
