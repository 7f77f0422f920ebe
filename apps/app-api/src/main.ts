import { ConfigError, readAppConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { startTelemetry } from '@helpdeskly/telemetry';
import { createAppApi } from './app-api.js';
import { version } from './version.js';

try {
  const config = readAppConfig();
  const telemetry = await startTelemetry(config.telemetry, { name: 'app-api', version });
  const logger = createLogger('app-api', config.logLevel);
  const app = await createAppApi(config, logger);
  telemetry.attach(app.get(Metrics, { strict: false }).registry, logger);
  const metrics = await startMetricsServer(app.get(Metrics), config.host, config.metricsPort);
  await app.listen(config.port, config.host);
  logger.info({ url: await app.getUrl(), metricsPort: metrics.port }, 'app-api is listening');
  await runUntilSignal({
    app,
    logger,
    deadlineMs: config.shutdownDeadlineMs,
    drainDelayMs: config.shutdownDrainDelayMs,
    afterwards: metrics.close,
  });
  await telemetry.close();
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String(error instanceof Error ? (error.stack ?? error.message) : error)}\n`,
  );
  process.exit(1);
}
