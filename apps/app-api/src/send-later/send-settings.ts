import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** Where the queue of held comments is, and how often it is looked for what it has lost. */
export class SendSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;
  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;

  constructor(config: AppConfig) {
    this.place = queuePlaceOf(config);
    this.surveyMs = config.sendSurveyMs;
  }
}
