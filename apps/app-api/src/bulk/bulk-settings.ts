import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** Where the queue of runs is, and how often it is looked for what it has lost. */
export class BulkSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;

  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;

  constructor(config: AppConfig) {
    this.surveyMs = config.bulkSurveyMs;
    this.place = queuePlaceOf(config);
  }
}
