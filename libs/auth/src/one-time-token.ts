import { createHash, randomBytes } from 'node:crypto';

/** A random token of 256 bits behind a prefix that says what it is for, and the hash to store in its place. */
export function createOneTimeToken(prefix: string): { token: string; hash: Uint8Array<ArrayBuffer> } {
  const token = `${prefix}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashToken(token) };
}

/** SHA-256: such tokens have the entropy that a slow hash is for. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
