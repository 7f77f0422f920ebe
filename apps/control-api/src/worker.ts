import 'reflect-metadata';
import { readControlConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { createControlWorker } from './control-worker.js';

const config = readControlConfig();
const logger = createLogger('control-worker', config.logLevel);
const app = await createControlWorker(config);
const metrics = await startMetricsServer(app.get(Metrics, { strict: false }), config.host, config.metricsPort);
logger.info({ metricsPort: metrics.port }, 'working');
await runUntilSignal({ app, logger, deadlineMs: config.shutdownDeadlineMs, afterwards: metrics.close });
