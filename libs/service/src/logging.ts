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

/** Standard output, written in pieces while requests keep coming and within a tenth of a second when they do not. */
const standardOutput = () => pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 100 });

/** pino's ISO time, made once for all lines of a millisecond. */
function isoTimes(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = `,"time":"${new Date((at = now)).toISOString()}"`;
    return text;
  };
}

/** JSON lines on standard output. Secrets are cut out by name, one and two levels down; of errors only LoggedError's fields are said. */
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
      ...(tracing() === undefined ? {} : { mixin: traceFields }), // It would cost each line something.
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: {
        err: (error: unknown) => loggedError(error),
        cause: (error: unknown) => loggedError(error, { stack: false }),
      },
    },
    destination,
  );
}

/** Whose lines of Nest's are about its boot: of use to whoever looks into a start, and to nobody else. */
const bootContexts = new Set([
  'NestFactory',
  'NestApplication',
  'NestApplicationContext',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/**
 * Lines of Nest's Logger through the same logger. In place of a sentence ours may give its fields with it:
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
