import { type ClamdAddress, readClamdAddress } from './clamd-address.js';
import { readMailConfig, type MailConfig } from './mail-config.js';
import { Reader, type DatabaseAddress } from './reader.js';
import { readStreamConfig, type StreamConfig } from './stream-config.js';
import { postgresProtocols, readPort, readPublicUrl, readServiceConfig, type ServiceConfig } from './service-config.js';

/** Configuration of app-api. */
export interface AppConfig extends ServiceConfig {
  readonly port: number;
  readonly metricsPort: number;
  readonly baseDomain: string;
  readonly publicUrl: string;
  /** The control database, as a role that can only read the catalog. */
  readonly catalogDatabaseUrl: string;
  /** The control database, as a role that can only use app-api's queues; without it and without Redis there are no queues. */
  readonly queueDatabaseUrl: string | undefined;
  /** PgBouncer's address; undefined: connect to each server directly. */
  readonly poolerAddress: DatabaseAddress | undefined;
  readonly tenantPoolMax: number;
  readonly tenantConnectionsMax: number;
  readonly tenantClientsMax: number;
  readonly tenantClientIdleMs: number;
  readonly tenantConnectionWaitMs: number;
  readonly tenantQueryTimeoutMs: number;
  /** Milliseconds after which a RESOLVED ticket becomes CLOSED; 0: never. */
  readonly autoCloseMs: number;
  /** Milliseconds in which a survey checks every tenant once, for work that the queue has lost. */
  readonly autoCloseSurveyMs: number;
  /** The same for bulk runs. */
  readonly bulkSurveyMs: number;
  /** Milliseconds in which every tenant is looked at once for comments whose sending was lost with the queue. */
  readonly sendSurveyMs: number;
  /** The same for exports and imports. */
  readonly transferSurveyMs: number;
  /** Where clamd scans attachments; undefined: they are not scanned. */
  readonly clamd: ClamdAddress | undefined;
  readonly streams: StreamConfig;
  readonly webhooks: WebhookConfig;
  readonly mail: MailConfig;
}

/** Where webhooks may lead, and how often tenants are looked at for deliveries that the queue has lost. */
export interface WebhookConfig {
  /** Private addresses and plain http too, for trials. */
  readonly allowPrivate: boolean;
  /** Milliseconds in which a survey checks every tenant once. */
  readonly surveyMs: number;
}

/** Reads and checks the configuration of app-api. Throws ConfigError with every variable that is missing or wrong. */
export function readAppConfig(environment: Readonly<Record<string, string | undefined>> = process.env): AppConfig {
  const read = new Reader(environment);
  const port = readPort(read, 'APP_API_PORT', 3000);
  const baseDomain = read.hostName('APP_BASE_DOMAIN', 'localhost');
  const config: AppConfig = {
    ...readServiceConfig(read),
    port,
    metricsPort: readPort(read, 'APP_METRICS_PORT', 9464),
    baseDomain,
    publicUrl: readPublicUrl(read, `http://${baseDomain}:${port}`),
    catalogDatabaseUrl: read.url('CATALOG_DATABASE_URL', postgresProtocols),
    queueDatabaseUrl: read.optionalUrl('QUEUE_DATABASE_URL', postgresProtocols),
    poolerAddress: read.address('TENANT_POOLER_ADDRESS'),
    // With one connection, a client that is used beside its own transaction would wait forever.
    tenantPoolMax: read.integer('TENANT_POOL_MAX', 5, 2, 1000),
    tenantConnectionsMax: read.integer('TENANT_CONNECTIONS_MAX', 100, 2, 100_000),
    tenantClientsMax: read.integer('TENANT_CLIENTS_MAX', 500, 1, 100_000),
    tenantClientIdleMs: read.integer('TENANT_CLIENT_IDLE_MS', 60_000, 10, 86_400_000),
    tenantConnectionWaitMs: read.integer('TENANT_CONNECTION_WAIT_MS', 2000, 1, 600_000),
    tenantQueryTimeoutMs: read.integer('TENANT_QUERY_TIMEOUT_MS', 10_000, 1, 3_600_000),
    ...readAutoClose(read),
    bulkSurveyMs: readSurvey(read, 'TICKET_BULK_SURVEY', hourMs),
    sendSurveyMs: readSurvey(read, 'COMMENT_SEND_SURVEY', hourMs),
    transferSurveyMs: readSurvey(read, 'TRANSFER_SURVEY', hourMs),
    streams: readStreamConfig(read),
    webhooks: {
      allowPrivate: read.flag('WEBHOOK_ALLOW_PRIVATE', false),
      surveyMs: readSurvey(read, 'WEBHOOK_SURVEY', hourMs),
    },
    clamd: readClamdAddress(read),
    mail: readMailConfig(read, baseDomain),
  };
  read.finish();
  return Object.freeze(config);
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestAutoCloseMs = 3650 * dayMs;
const shortestSurveyMs = 1000;

function readAutoClose(read: Reader): Pick<AppConfig, 'autoCloseMs' | 'autoCloseSurveyMs'> {
  const autoCloseMs = read.duration('TICKET_AUTO_CLOSE', 28 * dayMs);
  if (autoCloseMs > longestAutoCloseMs) read.wrong('TICKET_AUTO_CLOSE', 'must be 3650d at most', undefined);
  return { autoCloseMs, autoCloseSurveyMs: readSurvey(read, 'TICKET_AUTO_CLOSE_SURVEY', dayMs) };
}

function readSurvey(read: Reader, name: string, standard: number): number {
  const surveyMs = read.duration(name, standard);
  if (surveyMs < shortestSurveyMs || surveyMs > longestAutoCloseMs)
    read.wrong(name, 'must be from 1s to 3650d', undefined);
  return surveyMs;
}
