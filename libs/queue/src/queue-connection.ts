import type { ConnectionOptions } from 'bullmq';

/** Where queues are: in Redis if configured, else in a PostgreSQL database. */
export interface QueuePlace {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** Undefined: BullMQ's own schema. */
  readonly schema?: string;
  /** How many connections each queue and each worker opens to PostgreSQL at most, beside the listening one. */
  readonly connections?: number;
}

/** The connection options of a queue or a worker. */
export function queueConnection({ redisUrl, databaseUrl, schema, connections = 4 }: QueuePlace): ConnectionOptions {
  if (redisUrl !== undefined) {
    // A producer learns at once that Redis is away: the request continues, and a sweep queues its job later.
    return { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1 };
  }
  // Commits of jobs need not reach the disk: if the server crashes, lost jobs are queued again from other
  // databases, whose own commits do reach it.
  const options = '-c synchronous_commit=off';
  return {
    connectionString: databaseUrl,
    max: connections,
    options,
    ...(schema === undefined ? {} : { schema }),
  };
}
