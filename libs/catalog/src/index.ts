export { ControlDatabase, type ControlClient } from './control-database.js';
export { CatalogUnavailable, RoleUnsuitable, SecretUnreadable, UnknownEncryptionKey } from './errors.js';
export { ChannelListener } from './channel-listener.js';
export {
  decodeStored,
  decodeUsage,
  encodeStored,
  encodeUsage,
  usageChannel,
  type TenantDayUsage,
  type TenantStored,
  type TenantUsage,
} from './tenant-usage.js';
export { upgradeChannel } from './upgrade-channel.js';
export { ensureCatalogRole, ensureQueueRole } from './catalog-role.js';
export { Secrets } from './secrets.js';
export {
  exportDataKey,
  newArchiveKey,
  newDataKey,
  openArchiveKey,
  openDataKey,
  openExportedDataKey,
} from './data-keys.js';
export { keysInUse, sealedColumns, type KeyInUse, type SealedColumn } from './sealed-columns.js';
export { SigningKeys, operatorSigningKeys, tenantSigningKeys } from './signing-keys.js';
export {
  claimAddress,
  claimedAddresses,
  freeAddress,
  tenantWithAddress,
  type ClaimedAddress,
} from './mail-addresses.js';
export { ensureMailKey, newMailKeyPair, openMailKey, readMailKey } from './mail-keys.js';
export { takeOperatorMail } from './operator-mails.js';
export { ensureSigningKeys, lockSigningKeys, newSigningKey } from './signing-key-pairs.js';
export { TenantCatalog, type CatalogOptions } from './tenant-catalog.js';
export type { CatalogTenant } from './catalog-tenant.js';
export * from './generated/enums.js';
export { Prisma } from './generated/client.js';
export type {
  ApiKey,
  AuditEvent,
  BulkRun,
  BulkRunItem,
  Backup,
  CopyKind,
  CredentialRotation,
  DatabaseServer,
  DriftCheck,
  Evacuation,
  EncryptionKey,
  Incident,
  IsolationCheck,
  MigrationRehearsal,
  MigrationRun,
  Operator,
  OperatorMail,
  Plan,
  ProvisioningStep,
  ReconciliationFinding,
  RehearsedTenant,
  SchemaSet,
  SigningKey,
  Tenant,
  TenantMigration,
  TenantMove,
  TenantRestore,
  TenantTombstone,
} from './generated/client.js';
