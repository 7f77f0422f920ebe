import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** Where the queue of deliveries is, how often it is looked for what it has lost, and where webhooks may lead. */
export class WebhookSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;
  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;
  /** Whether webhooks may lead to private addresses, and by plain http. */
  readonly allowPrivate: boolean;

  constructor(config: AppConfig) {
    this.place = queuePlaceOf(config);
    this.surveyMs = config.webhooks.surveyMs;
    this.allowPrivate = config.webhooks.allowPrivate;
  }
}
