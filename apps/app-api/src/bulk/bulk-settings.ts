import type { AppConfig } from '@helpdeskly/config';
import { appQueueSchema, type QueuePlace } from '@helpdeskly/queue';

/** Of each queue and each worker to PostgreSQL: their statements are few and short. */
const connections = 2;

/** Where the queue of runs is, and how often it is looked for what it has lost. */
export class BulkSettings {
  /** Undefined while there is none. */
  readonly place: QueuePlace | undefined;

  /** Milliseconds in which every tenant is looked at once. */
  readonly surveyMs: number;

  constructor({ bulkSurveyMs, redisUrl, queueDatabaseUrl }: AppConfig) {
    this.surveyMs = bulkSurveyMs;
    const isThere = redisUrl !== undefined || queueDatabaseUrl !== undefined;
    const place = { redisUrl, databaseUrl: queueDatabaseUrl ?? '', schema: appQueueSchema, connections };
    this.place = isThere ? place : undefined;
  }
}
