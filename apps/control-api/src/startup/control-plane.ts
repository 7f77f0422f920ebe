import { Passwords } from '@helpdeskly/auth';
import {
  ControlDatabase,
  ensureCatalogRole,
  ensureQueueRole,
  ensureSigningKeys,
  Secrets,
  TenantCatalog,
} from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { onceItServes } from '@helpdeskly/database';
import { migrate, readMigrations } from '@helpdeskly/migrator';
import { appQueueSchema, prepareQueues } from '@helpdeskly/queue';
import { type BlobStore, openBlobStore } from '@helpdeskly/storage';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { weaknessesOfAuditLock } from '../audit/audit-lock.js';
import { ensureDefaultServer } from '../database-servers/default-server.js';
import { migratorName } from '../server-connections/tenant-server.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { controlMigrationsDir, tenantMigrationsDir } from '../folders.js';
import { ensureFirstOwner } from '../operators/bootstrap-operator.js';
import { settleEncryptionKeys } from '../keys/encryption-keys.js';
import { ControlLocks } from '../locks/control-locks.js';
import { Poolers } from '../pooler/poolers.js';
import { despiteContention } from '../tenant-databases/contention.js';
import { closeToPublic } from '../tenant-databases/server-roles.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/** Everything with a connection behind it that the parts of this service share. */
export interface ControlPlane {
  readonly config: ControlConfig;
  readonly control: ControlDatabase;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  /** Over the control database itself: what notifies of tenants' changes. */
  readonly catalog: TenantCatalog;
  readonly servers: ServerConnections;
  readonly locks: ControlLocks;
  readonly templates: TemplateDatabases;
  readonly poolers: Poolers;
  /** Where tenants' attachments are; undefined when no storage is configured. */
  readonly blobs: BlobStore | undefined;
  /** The migrations of tenants' databases. */
  readonly migrations: TenantMigrations;
  /** What this installation calls itself on its servers. */
  readonly installation: string;
  /** What could not be closed to PUBLIC, in sentences. */
  readonly reports: readonly string[];
  /** Why the audit trail's lock does not bind this service, in sentences; none when it does. */
  readonly auditLockWeaknesses: readonly string[];
  close(): Promise<void>;
}

/**
 * Brings an empty or older control database up to date and opens what the service needs. Safe to repeat, and from several
 * processes at once. Throws when a key that sealed a stored secret is missing or the newest one is a retired one, when a
 * migration differs from its file, or when the control database cannot be reached; one that is only starting is waited for.
 */
export async function openControlPlane(config: ControlConfig): Promise<ControlPlane> {
  const { reports, auditLockWeaknesses } = await prepareControlDatabase(config);
  const control = new ControlDatabase(config.controlDatabaseUrl, { max: 10 + config.provisioningConcurrency });
  const secrets = new Secrets(config.encryptionKeys);
  const servers = new ServerConnections(control, secrets, config.provisioningConcurrency + 2);
  const catalog = new TenantCatalog(config.controlDatabaseUrl);
  const blobs = config.storage === undefined ? undefined : await openBlobStore(config.storage);
  const close = async () => {
    blobs?.close();
    await servers.close();
    await catalog.close();
    await control.close();
  };
  try {
    const passwords = new Passwords();
    const locks = new ControlLocks(config.controlDatabaseUrl);
    await settleEncryptionKeys(control, secrets);
    await ensureSigningKeys(control, secrets);
    if (config.bootstrapOperator !== undefined) await ensureFirstOwner(control, passwords, config.bootstrapOperator);
    const { tenantServerAdminUrl, poolerAddress } = config;
    const configured = { adminUrl: tenantServerAdminUrl, poolerAddress };
    await ensureDefaultServer(control, secrets, configured);
    const { key: installation } = await control.client.installation.findFirstOrThrow();
    const migrations = await TenantMigrations.read(config.tenantMigrationsDir ?? tenantMigrationsDir);
    const templates = new TemplateDatabases(control, locks, installation, migrations);
    const { poolerAdminUrls: adminUrls, poolerUserlist: userlistPath } = config;
    const poolers = new Poolers(control, secrets, { adminUrls, userlistPath });
    await catalog.start();
    return {
      config,
      control,
      secrets,
      passwords,
      catalog,
      servers,
      locks,
      templates,
      poolers,
      blobs,
      migrations,
      installation,
      reports,
      auditLockWeaknesses,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const log = new Logger('Startup');

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: migratorName });
  client.on('error', () => undefined); // The query that it interrupts throws.
  await client.connect();
  return client;
}

async function prepareControlDatabase(
  config: ControlConfig,
): Promise<Pick<ControlPlane, 'reports' | 'auditLockWeaknesses'>> {
  const client = await onceItServes(
    () => connect(config.controlDatabaseUrl),
    (sentence) => log.warn(sentence),
  );
  try {
    await migrate(client, await readMigrations(controlMigrationsDir));
    const { catalogDatabaseUrl } = config;
    if (catalogDatabaseUrl !== undefined) await despiteContention(() => ensureCatalogRole(client, catalogDatabaseUrl));
    if (config.redisUrl === undefined) await prepareQueuesHere(client, config.queueDatabaseUrl);
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
    const names = rows.map(({ name }) => name);
    return {
      reports: await closeToPublic(client, names),
      auditLockWeaknesses: await weaknessesOfAuditLock(client),
    };
  } finally {
    await client.end();
  }
}

/** The control plane's queues, and app-api's when it has a role for them. */
async function prepareQueuesHere(client: Client, queueDatabaseUrl: string | undefined): Promise<void> {
  await prepareQueues(client);
  if (queueDatabaseUrl === undefined) return;
  await prepareQueues(client, appQueueSchema);
  await despiteContention(() => ensureQueueRole(client, queueDatabaseUrl, appQueueSchema));
}
