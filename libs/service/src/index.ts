export { AcceptedWork, type Acceptor } from './accepted-work.js';
export { createLogger, NestLogger } from './logging.js';
export { Metrics, startMetricsServer } from './metrics.js';
export { Readiness } from './readiness.js';
export { runService } from './run-service.js';
export { Snapshot } from './snapshot.js';
