import { readBackupConfig, type BackupConfig } from './backup-config.js';
import { Reader, type DatabaseAddress } from './reader.js';
import { postgresProtocols, readPort, readPublicUrl, readServiceConfig, type ServiceConfig } from './service-config.js';

/** Configuration of control-api and its workers. */
export interface ControlConfig extends ServiceConfig {
  readonly port: number;
  readonly metricsPort: number;
  /** The origin before whose host the tenant's slug goes. */
  readonly appPublicUrl: string;
  /** A direct URL: LISTEN, BullMQ's PostgreSQL backend and migrations need sessions. */
  readonly controlDatabaseUrl: string;
  /** If set, control-api creates the role in it and grants it what app-api may read. */
  readonly catalogDatabaseUrl: string | undefined;
  /** If set without Redis, control-api creates app-api's queues and the role in it, and grants the role those queues. */
  readonly queueDatabaseUrl: string | undefined;
  /** The admin URL of the default database server; a direct URL. */
  readonly tenantServerAdminUrl: string;
  readonly poolerAddress: DatabaseAddress | undefined;
  /** The admin consoles of all PgBouncers before tenants' databases. */
  readonly poolerAdminUrls: readonly string[];
  /** The password of support staff's role in tenants' databases; without it the role cannot log in. */
  readonly tenantReadonlyPassword: string | undefined;
  /** The file for the users of a PgBouncer that cannot ask the server; see Userlist. */
  readonly poolerUserlist: string | undefined;
  readonly bootstrapOperator: { readonly email: string; readonly password: string } | undefined;
  /** Whether an operator without a second factor may do nothing but set one up. */
  readonly operatorMfaRequired: boolean;
  readonly tenantMigrationsDir: string | undefined;
  readonly provisioningConcurrency: number;
  /** How many databases each server keeps ready for new tenants; 0: each database is cloned on request. */
  readonly tenantWarmDatabases: number;
  /** Milliseconds between a tenant's deletion and its purge. */
  readonly tenantDeleteGraceMs: number;
  /** Milliseconds between two isolation probes; 0: never. */
  readonly isolationProbeIntervalMs: number;
  /** Milliseconds between two checks for tenants' sessions that run too long; 0: never. */
  readonly sessionWatchIntervalMs: number;
  /** Milliseconds between two comparisons of the reconciler; 0: never. */
  readonly reconciliationIntervalMs: number;
  /** How old, in milliseconds, a difference must be before the reconciler acts. */
  readonly reconciliationMinimumAgeMs: number;
  /** Milliseconds after which PostgreSQL ends a statement of a tenant's role. */
  readonly tenantQueryTimeoutMs: number;
  readonly backups: BackupConfig;
}

/** Reads and checks the configuration of control-api. Throws ConfigError with every variable that is missing or wrong. */
export function readControlConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ControlConfig {
  const read = new Reader(environment);
  const baseDomain = read.hostName('APP_BASE_DOMAIN', 'localhost');
  const appPort = readPort(read, 'APP_API_PORT', 3000);
  const config: ControlConfig = {
    ...readServiceConfig(read),
    port: readPort(read, 'CONTROL_API_PORT', 3001),
    metricsPort: readPort(read, 'CONTROL_METRICS_PORT', 9465),
    appPublicUrl: readPublicUrl(read, `http://${baseDomain}:${appPort}`),
    controlDatabaseUrl: read.url('CONTROL_DATABASE_URL', postgresProtocols),
    catalogDatabaseUrl: read.optionalUrl('CATALOG_DATABASE_URL', postgresProtocols),
    queueDatabaseUrl: read.optionalUrl('QUEUE_DATABASE_URL', postgresProtocols),
    tenantServerAdminUrl: read.url('TENANT_SERVER_ADMIN_URL', postgresProtocols),
    poolerAddress: read.address('TENANT_POOLER_ADDRESS'),
    poolerAdminUrls: read.urls('TENANT_POOLER_ADMIN_URL', postgresProtocols),
    tenantReadonlyPassword: read.optional('TENANT_READONLY_PASSWORD'),
    poolerUserlist: read.optional('TENANT_POOLER_USERLIST'),
    bootstrapOperator: readBootstrapOperator(read),
    operatorMfaRequired: read.flag('OPERATOR_MFA_REQUIRED', false),
    tenantMigrationsDir: read.optional('TENANT_MIGRATIONS_DIR'),
    provisioningConcurrency: read.integer('PROVISIONING_CONCURRENCY', 4, 1, 100),
    tenantWarmDatabases: read.integer('TENANT_WARM_DATABASES', 3, 0, 1000),
    tenantDeleteGraceMs: read.duration('TENANT_DELETE_GRACE', 7 * 86_400_000),
    isolationProbeIntervalMs: read.duration('ISOLATION_PROBE_INTERVAL', 300_000),
    sessionWatchIntervalMs: read.duration('SESSION_WATCH_INTERVAL', 10_000),
    reconciliationIntervalMs: read.duration('RECONCILIATION_INTERVAL', 60_000),
    reconciliationMinimumAgeMs: read.duration('RECONCILIATION_MIN_AGE', 120_000),
    tenantQueryTimeoutMs: read.integer('TENANT_QUERY_TIMEOUT_MS', 10_000, 1, 3_600_000),
    backups: readBackupConfig(read),
  };
  read.finish();
  return Object.freeze(config);
}

function readBootstrapOperator(read: Reader): ControlConfig['bootstrapOperator'] {
  const email = read.optional('BOOTSTRAP_OPERATOR_EMAIL');
  const password = read.optional('BOOTSTRAP_OPERATOR_PASSWORD');
  if (email === undefined && password === undefined) return undefined;
  if (email === undefined)
    return read.wrong('BOOTSTRAP_OPERATOR_EMAIL', 'is required with BOOTSTRAP_OPERATOR_PASSWORD', undefined);
  if (password === undefined)
    return read.wrong('BOOTSTRAP_OPERATOR_PASSWORD', 'is required with BOOTSTRAP_OPERATOR_EMAIL', undefined);
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) {
    return read.wrong('BOOTSTRAP_OPERATOR_EMAIL', 'must be an email address', undefined);
  }
  const length = [...password].length;
  if (length < 12 || length > 128)
    return read.wrong('BOOTSTRAP_OPERATOR_PASSWORD', 'must have 12 to 128 characters', undefined);
  return Object.freeze({ email, password });
}
