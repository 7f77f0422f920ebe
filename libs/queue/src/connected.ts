import { tracing } from '@helpdeskly/telemetry';
import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type IQueueBackend,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { QueueTelemetry } from './queue-telemetry.js';

/** Nobody reads BullMQ's stream of events, and its jobs name tenants that may be gone. Some hundreds are the minimum it keeps. */
const streams = { events: { maxLen: 1 } };

/**
 * A queue that chooses its backend by its connection, so that two applications in one process may differ. BullMQ's own
 * setDefaultBackendFactory is one setting for the whole process.
 */
export class ConnectedQueue extends Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend> {
  constructor(name: string, options: QueueOptions) {
    super(name, traced({ ...options, streams }), backendOf(options));
  }
}

/** A worker that chooses its backend as a ConnectedQueue does. */
export class ConnectedWorker extends Worker<unknown, unknown, string, IQueueBackend> {
  constructor(name: string, processor: Processor, options: WorkerOptions) {
    // A worker waits for an unreachable Redis without limit.
    const patient = { ...options.connection, enableOfflineQueue: true, maxRetriesPerRequest: null };
    const connection = 'connectionString' in options.connection ? options.connection : patient;
    super(name, processor, traced({ ...options, connection }), backendOf(options));
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
