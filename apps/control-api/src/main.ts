import 'reflect-metadata';
import { ConfigError, readControlConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { startTelemetry } from '@helpdeskly/telemetry';
import { createControlApi } from './control-api.js';
import { version } from './version.js';

try {
  const config = readControlConfig();
  const telemetry = await startTelemetry(config.telemetry, { name: 'control-api', version });
  const logger = createLogger('control-api', config.logLevel);
  const app = await createControlApi(config);
  telemetry.attach(app.get(Metrics, { strict: false }).registry, logger);
  const metrics = await startMetricsServer(app.get(Metrics, { strict: false }), config.host, config.metricsPort);
  await app.listen({ host: config.host, port: config.port });
  logger.info({ url: await app.getUrl(), metricsPort: metrics.port }, 'listening');
  await runUntilSignal({
    app,
    logger,
    deadlineMs: config.shutdownDeadlineMs,
    drainDelayMs: config.shutdownDrainDelayMs,
    afterwards: metrics.close,
  });
  await telemetry.close();
} catch (error) {
  const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
