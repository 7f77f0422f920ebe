import type { ConnectionOptions } from 'bullmq';

/** Where queues live: in Redis when there is one, else in a database of PostgreSQL. */
export interface QueuePlace {
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  /** BullMQ's own when it is undefined. */
  readonly schema?: string;
  /** Connections that each queue and each worker opens to PostgreSQL at most, beside the one that listens. */
  readonly connections?: number;
}

/** How a queue or a worker gets to its place. */
export function queueConnection({ redisUrl, databaseUrl, schema, connections = 4 }: QueuePlace): ConnectionOptions {
  if (redisUrl !== undefined) {
    // A producer hears at once that Redis is away: the request goes on, and its job is queued later.
    return { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1 };
  }
  // Jobs are not waited for to reach the disk: what a crash of the server takes of them is queued again from what other
  // databases say, whose own commits are waited for.
  const options = '-c synchronous_commit=off';
  return {
    connectionString: databaseUrl,
    max: connections,
    options,
    ...(schema === undefined ? {} : { schema }),
  };
}
