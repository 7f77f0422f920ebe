import { tracing } from '@helpdeskly/telemetry';
import { BullModule } from '@nestjs/bullmq';
import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  runMigrations,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type IQueueBackend,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Client } from 'pg';
import { QueueTelemetry } from '../queues/queue-telemetry.js';

const postgresConnections = 4;

/** Where the queues live: in Redis when there is one, else in the control database. */
export function queueConnection(config: {
  redisUrl: string | undefined;
  controlDatabaseUrl: string;
}): ConnectionOptions {
  if (config.redisUrl !== undefined) {
    // A producer hears at once that Redis is away: the request goes on, and the sweep queues its job later.
    return { url: config.redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1 };
  }
  // Jobs are not waited for to reach the disk: what a crash of the server takes of them, the sweeps queue again from what
  // the control database says, whose own commits are waited for.
  const options = '-c synchronous_commit=off';
  return { connectionString: config.controlDatabaseUrl, max: postgresConnections, options };
}

/** Makes BullMQ's tables in the control database; nothing to do on Redis. */
export async function prepareQueues(config: {
  redisUrl: string | undefined;
  controlDatabaseUrl: string;
}): Promise<void> {
  if (config.redisUrl !== undefined) return;
  const client = new Client(config.controlDatabaseUrl);
  client.on('error', () => undefined); // The query that it interrupts throws.
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

function backendOf(options: { connection: ConnectionOptions }): BackendFactory {
  const onPostgres = 'connectionString' in options.connection;
  return (onPostgres ? createPostgresBackend : createRedisBackend) as BackendFactory;
}

function traced<Options extends QueueOptions>(options: Options): Options {
  const on = tracing();
  return on === undefined ? options : { ...options, telemetry: new QueueTelemetry(on) };
}

/** Nobody reads BullMQ's stream of events, whose jobs name tenants that may be long gone: some hundreds are the least it keeps. */
const streams = { events: { maxLen: 1 } };

class ConnectedQueue extends Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend> {
  constructor(name: string, options: QueueOptions) {
    super(name, traced({ ...options, streams }), backendOf(options));
  }
}

class ConnectedWorker extends Worker<unknown, unknown, string, IQueueBackend> {
  constructor(name: string, processor: Processor, options: WorkerOptions) {
    // A worker waits for a Redis that is away, for as long as it takes.
    const patient = { ...options.connection, enableOfflineQueue: true, maxRetriesPerRequest: null };
    const connection = 'connectionString' in options.connection ? options.connection : patient;
    super(name, processor, traced({ ...options, connection }), backendOf(options));
  }
}

// @nestjs/bullmq makes queues and workers of these: each finds its backend by its connection, so that two applications
// in one process may differ. BullMQ's own setDefaultBackendFactory is one setting for the whole process.
BullModule.queueClass = ConnectedQueue;
BullModule.workerClass = ConnectedWorker;
