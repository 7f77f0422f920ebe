import { traceFields, tracing } from '@helpdeskly/telemetry';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { loggedError } from './logged-error.js';

const secretNames = [
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'token',
  'key',
  'adminUrl',
  'authorization',
  'cookie',
  'roleSecret',
  'privateSecret',
  'connectionString',
];

/** Standard output. It writes in chunks while requests keep coming, and otherwise within a tenth of a second. */
const standardOutput = () => pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 });

/** pino's ISO time, formatted once for all lines of a millisecond. */
function isoTimes(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = `,"time":"${new Date((at = now)).toISOString()}"`;
    return text;
  };
}

/** JSON lines on standard output. It removes secrets by field name, one and two levels deep, and logs only LoggedError's fields of an error. */
export function createLogger(
  service: string,
  level: string,
  destination: DestinationStream = standardOutput(),
): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: isoTimes(),
      ...(tracing() === undefined ? {} : { mixin: traceFields }), // It would cost time for each line.
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: {
        err: (error: unknown) => loggedError(error),
        cause: (error: unknown) => loggedError(error, { stack: false }),
      },
    },
    destination,
  );
}

/** Nest's contexts about its boot; only somebody who debugs a start needs their lines. */
const bootContexts = new Set([
  'NestFactory',
  'NestApplication',
  'NestApplicationContext',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/**
 * Sends lines of Nest's Logger through the same logger. Our code may pass fields instead of a sentence:
 * `this.log.warn({ msg: 'The tenant is not queued.', tenantId })`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.write(context !== undefined && bootContexts.has(context) ? 'debug' : 'info', message, { context });
  }
  warn(message: unknown, context?: string): void {
    this.write('warn', message, { context });
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.write('error', message, { context, stack });
  }
  debug(message: unknown, context?: string): void {
    this.write('debug', message, { context });
  }
  verbose(message: unknown, context?: string): void {
    this.write('trace', message, { context });
  }
  fatal(message: unknown, context?: string): void {
    this.write('fatal', message, { context });
  }

  private write(level: Level, message: unknown, facts: object): void {
    if (message instanceof Error) return this.logger[level]({ ...facts, err: message });
    if (typeof message !== 'object' || message === null) return this.logger[level](facts, String(message));
    const { msg, ...fields } = message as { readonly msg?: string };
    this.logger[level]({ ...facts, ...fields }, msg);
  }
}
