export { AcceptedJobs } from './accepted-jobs.js';
export { BackgroundRuns } from './background-runs.js';
export { queueConnection, type QueuePlace } from './queue-connection.js';
export { ConnectedQueue, ConnectedWorker } from './connected.js';
export { appQueueSchema, prepareQueues } from './queue-schemas.js';
export { Periodic } from './periodic.js';
export { QueueMetrics, type JobOutcome, type ObservedQueue } from './queue-metrics.js';
export { TenantJobs, type JobOrder, type TenantJob, type WaitingJob } from './tenant-jobs.js';
export { DelayedError, type Job } from 'bullmq';
