import 'reflect-metadata';
import { ConfigError, readAppConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { startTelemetry } from '@helpdeskly/telemetry';
import { createAppWorker } from './app-worker.js';
import { version } from './version.js';

try {
  const config = readAppConfig();
  const telemetry = await startTelemetry(config.telemetry, { name: 'app-worker', version });
  const logger = createLogger('app-worker', config.logLevel);
  const app = await createAppWorker(config, logger);
  telemetry.attach(app.get(Metrics, { strict: false }).registry, logger);
  const metrics = await startMetricsServer(app.get(Metrics, { strict: false }), config.host, config.metricsPort);
  logger.info({ metricsPort: metrics.port }, 'working');
  await runUntilSignal({
    app,
    logger,
    deadlineMs: config.shutdownDeadlineMs,
    afterwards: metrics.close,
  });
  await telemetry.close();
} catch (error) {
  const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
