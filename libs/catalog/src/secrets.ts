import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { EncryptionKey } from '@helpdeskly/config';
import { SecretUnreadable, UnknownEncryptionKey } from './errors.js';

/**
 * Encrypts secrets for storage with AES-256-GCM, as `v1.<key id>.<base64url of nonce, ciphertext and tag>`. The owner's id is
 * additional data, so a secret that is moved to another row cannot be decrypted.
 */
export class Secrets {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly newest: EncryptionKey;
  private readonly fingerprintKeys: ReadonlyMap<string, Buffer>;

  /** `keys` newest first: the first one encrypts, all of them decrypt. */
  constructor(keys: readonly EncryptionKey[]) {
    const [newest] = keys;
    if (newest === undefined) throw new Error('there is no encryption key');
    this.newest = newest;
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
    this.fingerprintKeys = new Map(
      keys.map(({ id, key }) => [id, Buffer.from(hkdfSync('sha256', key, '', 'helpdeskly fingerprint', 32))]),
    );
  }

  seal(plaintext: string, owner: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.newest.key, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${this.newest.id}.${sealed.toString('base64url')}`;
  }

  /** Throws UnknownEncryptionKey or SecretUnreadable. */
  open(sealed: string, owner: string): string {
    const [version, keyId = '', encoded = '', ...rest] = sealed.split('.');
    if (version !== 'v1' || keyId === '' || rest.length > 0) throw new SecretUnreadable();
    const key = this.keys.get(keyId);
    if (key === undefined) throw new UnknownEncryptionKey(keyId);
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length < 28) throw new SecretUnreadable();
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-16));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch {
      throw new SecretUnreadable(); // AES-GCM fails only in this way; its own message says less.
    }
  }

  /** The same secret, encrypted with the newest key. Throws UnknownEncryptionKey or SecretUnreadable. */
  reseal(sealed: string, owner: string): string {
    return this.seal(this.open(sealed, owner), owner);
  }

  /** The ids of all keys; the first one encrypts. */
  get keyIds(): readonly [newest: string, ...older: string[]] {
    return [this.newest.id, ...[...this.keys.keys()].filter((id) => id !== this.newest.id)];
  }

  /** Throws UnknownEncryptionKey when one of these keys is missing. */
  assertHolds(keyIds: Iterable<string>): void {
    for (const keyId of keyIds) if (!this.keys.has(keyId)) throw new UnknownEncryptionKey(keyId);
  }

  /** The HMAC-SHA-256 of the parts under each key, newest first: compare with all of them, store the first. */
  fingerprints(parts: readonly string[]): readonly Buffer[] {
    const message = JSON.stringify(parts);
    return [...this.fingerprintKeys.values()].map((key) => createHmac('sha256', key).update(message).digest());
  }
}
