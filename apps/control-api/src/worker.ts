import 'reflect-metadata';
import { ConfigError, readControlConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { createControlWorker } from './control-worker.js';

try {
  const config = readControlConfig();
  const logger = createLogger('control-worker', config.logLevel);
  const app = await createControlWorker(config);
  const metrics = await startMetricsServer(app.get(Metrics, { strict: false }), config.host, config.metricsPort);
  logger.info({ metricsPort: metrics.port }, 'working');
  await runUntilSignal({ app, logger, deadlineMs: config.shutdownDeadlineMs, afterwards: metrics.close });
} catch (error) {
  const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
