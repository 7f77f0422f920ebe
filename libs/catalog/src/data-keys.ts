import { randomBytes } from 'node:crypto';
import { Secrets } from './secrets.js';

const ownerOf = (tenantId: string) => `${tenantId}:data`;

/** A new key of 256 bits for what app-api keeps secret in the database of a tenant, encrypted for the catalog. */
export function newDataKey(secrets: Secrets, tenantId: string): string {
  return secrets.seal(randomBytes(32).toString('base64url'), ownerOf(tenantId));
}

/** A tenant's data key in the clear, for its archives alone. Throws UnknownEncryptionKey or SecretUnreadable. */
export function exportDataKey(secrets: Secrets, tenantId: string, sealed: string): string {
  return secrets.open(sealed, ownerOf(tenantId));
}

/** What decrypts with a data key that `exportDataKey` gave out. */
export function openExportedDataKey(key: string): Secrets {
  return new Secrets([{ id: 'tenant', key: Buffer.from(key, 'base64url') }]);
}

/** What encrypts and decrypts with a tenant's data key. Throws UnknownEncryptionKey or SecretUnreadable. */
export function openDataKey(secrets: Secrets, tenantId: string, sealed: string): Secrets {
  return openExportedDataKey(secrets.open(sealed, ownerOf(tenantId)));
}

const archivesOf = (tenantId: string) => `${tenantId}:archives`;

/** A new key of 256 bits for a tenant's archives, encrypted for the control database. */
export function newArchiveKey(secrets: Secrets, tenantId: string): string {
  return secrets.seal(randomBytes(32).toString('base64url'), archivesOf(tenantId));
}

/** The key of a tenant's archives. Throws UnknownEncryptionKey or SecretUnreadable. */
export function openArchiveKey(secrets: Secrets, tenantId: string, sealed: string): Buffer {
  return Buffer.from(secrets.open(sealed, archivesOf(tenantId)), 'base64url');
}
