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

/** JSON lines on standard output. Secrets are cut out by name, one and two levels down; URLs in messages lose their password. */
export function createLogger(
  service: string,
  level: string,
  destination: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
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
