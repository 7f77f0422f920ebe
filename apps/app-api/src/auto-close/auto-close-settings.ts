import type { AppConfig } from '@helpdeskly/config';
import { appQueueSchema, type QueuePlace } from '@helpdeskly/queue';

/** Of each queue and each worker to PostgreSQL: their statements are few and short. */
const connections = 2;

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

  constructor({ autoCloseMs, autoCloseSurveyMs, redisUrl, queueDatabaseUrl }: AppConfig) {
    this.ageMs = autoCloseMs;
    this.surveyMs = autoCloseSurveyMs;
    const isThere = redisUrl !== undefined || queueDatabaseUrl !== undefined;
    this.lacksQueue = autoCloseMs > 0 && !isThere;
    const place = { redisUrl, databaseUrl: queueDatabaseUrl ?? '', schema: appQueueSchema, connections };
    this.place = autoCloseMs > 0 && isThere ? place : undefined;
  }
}
