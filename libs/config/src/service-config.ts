import type { EncryptionKey, Reader } from './reader.js';
import { readStorageConfig, type StorageConfig } from './storage-config.js';
import { readTelemetryConfig, type TelemetryConfig } from './telemetry-config.js';

/** Configuration of both APIs. */
export interface ServiceConfig {
  readonly host: string;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Addresses and CIDR ranges from which we accept `X-Forwarded-*` headers. */
  readonly trustedProxies: readonly string[];
  /** Origins of other pages that may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  /** Newest first: we encrypt with the first key and decrypt with all. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Undefined: rate counters are in each process's memory, and queues in the control database. */
  readonly redisUrl: string | undefined;
  /** Requests a minute for one signed-in user; 0: no limit. */
  readonly userRequestsPerMinute: number;
  /** Requests a minute for a tenant without its own limit; 0: no limit. */
  readonly tenantRequestsPerMinute: number;
  /** Milliseconds after SIGTERM in which accepted requests and jobs may finish. */
  readonly shutdownDeadlineMs: number;
  /** The first milliseconds of those: the process is not ready, so that a load balancer notices, but still serves. */
  readonly shutdownDrainDelayMs: number;
  /** Where attachments are stored; undefined: nowhere. In the control API only a purge needs it. */
  readonly storage?: StorageConfig | undefined;
  /** Undefined: traces are off. */
  readonly telemetry?: TelemetryConfig | undefined;
}

export const postgresProtocols = ['postgres:', 'postgresql:'] as const;

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export function readServiceConfig(read: Reader): ServiceConfig {
  return {
    host: read.text('HOST', '127.0.0.1'),
    logLevel: read.choice('LOG_LEVEL', 'info', logLevels),
    trustedProxies: read.networks('TRUSTED_PROXIES'),
    corsOrigins: read.origins('CORS_ORIGINS'),
    encryptionKeys: read.encryptionKeys('ENCRYPTION_KEYS'),
    redisUrl: read.optionalUrl('REDIS_URL', ['redis:', 'rediss:']),
    userRequestsPerMinute: read.integer('RATE_LIMIT_USER_PER_MINUTE', 1200, 0, 10_000_000),
    tenantRequestsPerMinute: read.integer('RATE_LIMIT_TENANT_PER_MINUTE', 12_000, 0, 100_000_000),
    ...readShutdown(read),
    storage: readStorageConfig(read),
    telemetry: readTelemetryConfig(read),
  };
}

function readShutdown(read: Reader): Pick<ServiceConfig, 'shutdownDeadlineMs' | 'shutdownDrainDelayMs'> {
  const shutdownDeadlineMs = read.duration('SHUTDOWN_DEADLINE', 10_000);
  const shutdownDrainDelayMs = read.duration('SHUTDOWN_DRAIN_DELAY', 0);
  if (shutdownDrainDelayMs > 0 && shutdownDrainDelayMs >= shutdownDeadlineMs)
    read.wrong('SHUTDOWN_DRAIN_DELAY', 'must be shorter than SHUTDOWN_DEADLINE, of which it is a part', undefined);
  return { shutdownDeadlineMs, shutdownDrainDelayMs };
}

/** A TCP port; 0 lets the system choose. */
export function readPort(read: Reader, name: string, fallback: number): number {
  return read.integer(name, fallback, 0, 65_535);
}

/** The origin before whose host the tenant's slug goes, such as `http://localhost:3000`. */
export function readPublicUrl(read: Reader, fallback: string): string {
  const url = read.optionalUrl('APP_PUBLIC_URL', ['http:', 'https:']);
  return url === undefined || url === '' ? fallback : new URL(url).origin;
}
