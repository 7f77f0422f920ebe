import 'reflect-metadata';
import { ConfigError, readControlConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { createControlApi } from './control-api.js';

try {
  const config = readControlConfig();
  const logger = createLogger('control-api', config.logLevel);
  const app = await createControlApi(config);
  const metrics = await startMetricsServer(app.get(Metrics, { strict: false }), config.host, config.metricsPort);
  await app.listen({ host: config.host, port: config.port });
  logger.info({ url: await app.getUrl(), metricsPort: metrics.port }, 'listening');
  await runUntilSignal({ app, logger, deadlineMs: config.shutdownDeadlineMs, afterwards: metrics.close });
} catch (error) {
  const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${said}\n`);
  process.exit(1);
}
