import { randomBytes } from 'node:crypto';
import { Secrets } from './secrets.js';

const ownerOf = (tenantId: string) => `${tenantId}:data`;

/** A new key of 256 bits for what app-api keeps secret in the database of a tenant, encrypted for the catalog. */
export function newDataKey(secrets: Secrets, tenantId: string): string {
  return secrets.seal(randomBytes(32).toString('base64url'), ownerOf(tenantId));
}

/** What encrypts and decrypts with a tenant's data key. Throws UnknownEncryptionKey or SecretUnreadable. */
export function openDataKey(secrets: Secrets, tenantId: string, sealed: string): Secrets {
  return new Secrets([{ id: 'tenant', key: Buffer.from(secrets.open(sealed, ownerOf(tenantId)), 'base64url') }]);
}
