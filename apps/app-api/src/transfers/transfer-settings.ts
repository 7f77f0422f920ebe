import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** Where the queue of exports and imports is, and how often it is looked for what it has lost. */
export class TransferSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;

  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;

  /** The origin before whose host a tenant's slug goes. */
  readonly publicUrl: string;

  constructor(config: AppConfig) {
    this.surveyMs = config.transferSurveyMs;
    this.place = queuePlaceOf(config);
    this.publicUrl = config.publicUrl;
  }
}
