import { createHash, randomBytes } from 'node:crypto';

/** A random token of 256 bits with a prefix that names its purpose, and the hash to store instead of it. */
export function createOneTimeToken(prefix: string): { token: string; hash: Uint8Array<ArrayBuffer> } {
  const token = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashToken(token) };
}

/** SHA-256: such tokens already have enough entropy and need no slow hash. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
