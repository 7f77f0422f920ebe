import { ConfigError, readAppConfig } from '@helpdeskly/config';
import { createLogger, Metrics, runUntilSignal, startMetricsServer } from '@helpdeskly/http';
import { createAppApi } from './app-api.js';

try {
  const config = readAppConfig();
  const logger = createLogger('app-api', config.logLevel);
  const app = await createAppApi(config, logger);
  const metrics = await startMetricsServer(app.get(Metrics), config.host, config.metricsPort);
  await app.listen(config.port, config.host);
  logger.info({ url: await app.getUrl(), metricsPort: metrics.port }, 'app-api is listening');
  await runUntilSignal({ app, logger, deadlineMs: config.shutdownDeadlineMs, afterwards: metrics.close });
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String(error instanceof Error ? (error.stack ?? error.message) : error)}\n`,
  );
  process.exit(1);
}
