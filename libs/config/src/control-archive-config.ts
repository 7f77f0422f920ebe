import { Reader, type EncryptionKey } from './reader.js';
import { postgresProtocols } from './service-config.js';
import { readBackupStorageConfig, type StorageConfig } from './storage-config.js';

/** Configuration of the command that backs up and restores the control database, without a control API. */
export interface ControlArchiveConfig {
  readonly controlDatabaseUrl: string;
  /** A superuser's, for a restore: the lock of the audit trail lets nobody else write events of former times. */
  readonly controlDatabaseAdminUrl: string | undefined;
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly storage: StorageConfig | undefined;
}

/** Throws ConfigError. */
export function readControlArchiveConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ControlArchiveConfig {
  const read = new Reader(environment);
  const config = {
    controlDatabaseUrl: read.url('CONTROL_DATABASE_URL', postgresProtocols),
    controlDatabaseAdminUrl: read.optionalUrl('CONTROL_DATABASE_ADMIN_URL', postgresProtocols),
    encryptionKeys: read.encryptionKeys('ENCRYPTION_KEYS'),
    storage: readBackupStorageConfig(read),
  };
  read.finish();
  return Object.freeze(config);
}
