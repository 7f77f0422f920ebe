import type { AppConfig } from '@helpdeskly/config';
import type { QueuePlace } from '@helpdeskly/queue';
import { queuePlaceOf } from '../edge/tenant-timers.js';

/** When resolved tickets are closed, and where the queue of that is. */
export class AutoCloseSettings {
  /** Milliseconds between a ticket's resolution and its closing. */
  readonly ageMs: number;
  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;
  /** Undefined while nothing is closed by itself. */
  readonly place: QueuePlace | undefined;
  /** Whether tickets are to be closed, and there is no queue to do it by. */
  readonly lacksQueue: boolean;

  constructor(config: AppConfig) {
    const place = queuePlaceOf(config);
    this.ageMs = config.autoCloseMs;
    this.surveyMs = config.autoCloseSurveyMs;
    this.lacksQueue = this.ageMs > 0 && place === undefined;
    this.place = this.ageMs > 0 ? place : undefined;
  }
}
