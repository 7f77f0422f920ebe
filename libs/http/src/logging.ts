import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

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

/** JSON lines on standard output. Secrets are cut out by name, one and two levels down; URLs in messages lose their password. */
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
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: { err: (error: Error) => withoutPasswords(stdSerializers.err(error)) },
    },
    destination,
  );
}

function withoutPasswords(error: { message?: unknown; stack?: unknown }): object {
  const clean = (text: unknown) =>
    typeof text === 'string' ? text.replace(/(\w+:\/\/[^:@\s/]+):[^@\s]+@/g, '$1:[redacted]@') : text;
  return { ...error, message: clean(error.message), stack: clean(error.stack) };
}

/** Nest's own lines through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message)); // What Nest says while it boots.
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, String(message));
  }
}
