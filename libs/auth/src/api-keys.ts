import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How many characters of a key are stored to tell keys apart. */
const hintLength = 12;

/** `lastUsedAt` is exact to the minute: at most one write a minute, however often a key is used. */
const lastUsedPrecisionMs = 60_000;

/** Six bytes of an HMAC: a forged key passes once in 2^48, and then it is unknown. */
const checksumBytes = 6;
const checksumLength = 8;
const secretBytes = 32;

/** What of a stored key says whether it counts. */
export interface KeyTerms {
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
}

/** The first characters of a key, which tell it apart and reveal nothing useful. */
export function keyHint(key: string): string {
  return key.slice(0, hintLength);
}

/** Why a key counts no more; undefined while it does. */
export function keyRefusal({ revokedAt, expiresAt }: KeyTerms, now: Date): 'REVOKED' | 'EXPIRED' | undefined {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= now ? 'EXPIRED' : undefined;
}

/** Whether a use at `now` is to be written down. */
export function keyUseIsNews({ lastUsedAt }: { readonly lastUsedAt: Date | null }, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > lastUsedPrecisionMs;
}

/** A key of 256 random bits that ends in a checksum: whoever has `checksumKey` recognises a forged one without a query. */
export function createCheckedKey(prefix: string, checksumKey: Buffer): string {
  const body = `${prefix}_${randomBytes(secretBytes).toString('base64url')}`;
  return body + checksumOf(body, checksumKey);
}

/** Whether a key ends in the checksum that it was made with. */
export function hasChecksum(key: string, checksumKey: Buffer): boolean {
  const expected = Buffer.from(checksumOf(key.slice(0, -checksumLength), checksumKey));
  const found = Buffer.from(key.slice(-checksumLength));
  return found.length === expected.length && timingSafeEqual(found, expected);
}

function checksumOf(body: string, checksumKey: Buffer): string {
  return createHmac('sha256', checksumKey).update(body).digest().subarray(0, checksumBytes).toString('base64url');
}
