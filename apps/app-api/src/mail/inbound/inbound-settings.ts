import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../../edge/tenant-timers.js';

const hourMs = 3_600_000;

/** Where the queue of mails is, and how often every tenant is looked at. */
export class InboundSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;
  readonly surveyMs = hourMs;
  /** The name by which our own relays say what they have verified; undefined: none does. */
  readonly authservId: string | undefined;

  constructor(config: AppConfig) {
    this.place = queuePlaceOf(config);
    this.authservId = config.mail.authservId;
  }
}
