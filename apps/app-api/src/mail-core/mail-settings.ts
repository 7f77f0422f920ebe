import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** Whether mail leaves, and how. */
export class MailSettings {
  /** Whether mails are put out at all: there is a relay, or an outbox in its place. */
  readonly leaves: boolean;
  /** Undefined while no mail leaves. */
  readonly place: QueuePlace | undefined;
  /** Whether there is a relay or an outbox, and no queue to send by. */
  readonly lacksQueue: boolean;
  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;
  /** Mails a minute that leave for one tenant. */
  readonly perTenantMinute: number;
  /** The origin before whose host a tenant's slug goes. */
  readonly publicUrl: string;

  constructor(config: AppConfig) {
    const { relayUrl, outboxDir, perTenantMinute, surveyMs } = config.mail;
    const place = queuePlaceOf(config);
    this.leaves = relayUrl !== undefined || outboxDir !== undefined;
    this.place = this.leaves ? place : undefined;
    this.lacksQueue = this.leaves && place === undefined;
    this.perTenantMinute = perTenantMinute;
    this.surveyMs = surveyMs;
    this.publicUrl = config.publicUrl;
  }
}
