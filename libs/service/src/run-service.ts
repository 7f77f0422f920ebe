import { ConfigError, type ServiceConfig } from '@helpdeskly/config';
import { startTelemetry } from '@helpdeskly/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { createLogger } from './logging.js';
import { Metrics, startMetricsServer } from './metrics.js';
import { runUntilSignal } from './shutdown.js';

/** The part of the configuration that every service has. */
type Told = Pick<ServiceConfig, 'host' | 'logLevel' | 'shutdownDeadlineMs' | 'telemetry'> & {
  /** Where the metrics' server listens. */
  readonly metricsPort: number;
};

export interface Service<Config extends Told, App extends INestApplicationContext> {
  /** The name in logs, metrics and traces. */
  readonly name: string;
  readonly version: string;
  /** Throws ConfigError. */
  readonly readConfig: () => Config;
  readonly create: (config: Config, logger: Logger) => Promise<App>;
  /** Starts to listen and returns the address. Without it, the service has no HTTP and works once it is created. */
  readonly listen?: (app: App, config: Config) => Promise<string>;
  /** The first milliseconds of the shutdown's deadline, in which the process still serves requests. */
  readonly drainDelayMs?: (config: Config) => number;
}

/**
 * Runs a service in this process, from its configuration to its graceful end: telemetry, logger, application, metrics' server,
 * and HTTP. If it cannot start, it writes the reason to standard error and the process exits with 1.
 */
export async function runService<Config extends Told, App extends INestApplicationContext>({
  name,
  version,
  readConfig,
  create,
  listen,
  drainDelayMs,
}: Service<Config, App>): Promise<void> {
  try {
    const config = readConfig();
    const telemetry = await startTelemetry(config.telemetry, { name, version });
    const logger = createLogger(name, config.logLevel);
    const app = await create(config, logger);
    const metrics = app.get(Metrics, { strict: false });
    telemetry.attach(metrics.registry, logger);
    const server = await startMetricsServer(metrics, config.host, config.metricsPort);
    const url = await listen?.(app, config);
    logger.info({ url, metricsPort: server.port }, url === undefined ? 'working' : 'listening');
    await runUntilSignal({
      app,
      logger,
      deadlineMs: config.shutdownDeadlineMs,
      drainDelayMs: drainDelayMs?.(config),
      afterwards: server.close,
    });
    await telemetry.close();
  } catch (error) {
    const said = error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${said}\n`);
    process.exit(1);
  }
}
