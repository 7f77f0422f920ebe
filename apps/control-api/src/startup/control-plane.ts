import { Passwords } from '@helpdeskly/auth';
import { ControlDatabase, ensureMailKey, ensureSigningKeys, Secrets, TenantCatalog } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { type BlobStore, openBlobStore } from '@helpdeskly/storage';
import type { ControlDatabaseNotices } from '../control-database/control-database-notices.js';
import { prepareControlDatabase } from '../control-database/prepare-control-database.js';
import { ensureDefaultServer } from '../database-servers/default-server.js';
import { tenantMigrationsDir } from '../folders.js';
import { giveDataKeys, settleEncryptionKeys } from '../keys/encryption-keys.js';
import { ControlLocks } from '../locks/control-locks.js';
import { ensureFirstOwner } from '../operators/bootstrap-operator.js';
import { Poolers } from '../pooler/poolers.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ServerPreparation } from '../tenant-databases/server-preparation.js';
import { SupportAccess } from '../tenant-databases/support-access.js';
import { TemplateDatabases } from '../tenant-databases/template-database.js';
import { TenantMigrations } from '../tenant-databases/tenant-migrations.js';

/**
 * Everything with a connection that the features share, opened before Nest starts. Only startup knows
 * it: ControlPlaneModule provides each piece by its own class or token, and features inject those.
 */
export interface ControlPlane {
  readonly config: ControlConfig;
  readonly control: ControlDatabase;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  /** Connected to the control database itself: it reports changes of tenants. */
  readonly catalog: TenantCatalog;
  readonly servers: ServerConnections;
  readonly locks: ControlLocks;
  readonly templates: TemplateDatabases;
  readonly preparation: ServerPreparation;
  readonly poolers: Poolers;
  /** The storage of tenants' attachments; undefined if none is configured. */
  readonly blobs: BlobStore | undefined;
  /** The storage of backups; undefined if none is configured. */
  readonly archives: BlobStore | undefined;
  /** The migrations of tenants' databases. */
  readonly migrations: TenantMigrations;
  /** This installation's name on its servers. */
  readonly installation: string;
  readonly notices: ControlDatabaseNotices;
  close(): Promise<void>;
}

/**
 * Brings an empty or older control database up to date and opens what the service needs. Safe to repeat, and from several
 * processes at once. Throws if a key of a stored secret is missing or the newest key is retired, if a
 * migration differs from its file, or if the control database cannot be reached; it waits for one that is starting.
 */
export async function openControlPlane(config: ControlConfig): Promise<ControlPlane> {
  const notices = await prepareControlDatabase(config);
  const control = new ControlDatabase(config.controlDatabaseUrl, { max: 10 + config.provisioningConcurrency });
  const secrets = new Secrets(config.encryptionKeys);
  const servers = new ServerConnections(control, secrets, config.provisioningConcurrency + 2);
  const catalog = new TenantCatalog(config.controlDatabaseUrl);
  const blobs = config.storage === undefined ? undefined : await openBlobStore(config.storage);
  const { storage: archiveStorage } = config.backups;
  const archives = archiveStorage === undefined ? undefined : await openBlobStore(archiveStorage);
  const close = async () => {
    blobs?.close();
    archives?.close();
    await servers.close();
    await catalog.close();
    await control.close();
  };
  try {
    const passwords = new Passwords();
    const locks = new ControlLocks(config.controlDatabaseUrl);
    await settleEncryptionKeys(control, secrets);
    await giveDataKeys(control, secrets);
    await ensureSigningKeys(control, secrets);
    await ensureMailKey(control, secrets);
    if (config.bootstrapOperator !== undefined) await ensureFirstOwner(control, passwords, config.bootstrapOperator);
    const { tenantServerAdminUrl, poolerAddress } = config;
    await ensureDefaultServer(control, secrets, { adminUrl: tenantServerAdminUrl, poolerAddress });
    const { key: installation } = await control.client.installation.findFirstOrThrow();
    const migrations = await TenantMigrations.read(config.tenantMigrationsDir ?? tenantMigrationsDir);
    const templates = new TemplateDatabases(control, locks, installation, migrations);
    const support = new SupportAccess(locks, config.tenantReadonlyPassword);
    const preparation = new ServerPreparation(control, servers, templates, support);
    const { poolerAdminUrls: adminUrls, poolerUserlist: userlistPath } = config;
    const poolers = new Poolers(control, secrets, { adminUrls, userlistPath });
    await catalog.start();
    const opened = { config, control, secrets, passwords, catalog, servers, locks, templates, preparation, poolers };
    return { ...opened, blobs, archives, migrations, installation, notices, close };
  } catch (error) {
    await close();
    throw error;
  }
}
