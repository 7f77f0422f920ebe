import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { EncryptionKey } from '@helpdeskly/config';
import { InvalidCursor } from '@helpdeskly/http';

/** A place in the feed: behind the event of a position. */
export interface FeedPlace {
  /** A bigint's digits; `0` is before the first event. */
  readonly position: string;
  /** Milliseconds since 1970, 0 for any time before: when the event was written, or when it was known to be the last one. */
  readonly at: number;
}

/** A cursor of a key that ENCRYPTION_KEYS does not hold any more: nobody can say which place it names. */
export class ForgottenCursor extends InvalidCursor {}

const tagBytes = 16;
const payloadBytes = 16;
const printBytes = 4;

interface CursorKey {
  readonly mac: Buffer;
  readonly cipher: Buffer;
  /** Stands at the end of each of its cursors: it tells one of a removed key from one that was made up, or of another tenant. */
  readonly print: Buffer;
}

/**
 * Cursors of the feed, bound to a tenant. Each event has the same one at all times and for everybody. They are encrypted,
 * since positions count what a customer must not know of; and by a synthetic nonce, the tag, since nothing random may be in
 * them (as RFC 5297 does).
 */
export class FeedCursors {
  private readonly keys: readonly CursorKey[];

  /** Any of the keys opens, the first one seals. */
  constructor(keys: readonly EncryptionKey[]) {
    this.keys = keys.map(({ key }) => {
      const derived = Buffer.from(hkdfSync('sha256', key, '', 'helpdeskly feed cursor', 64 + printBytes));
      return { mac: derived.subarray(0, 32), cipher: derived.subarray(32, 64), print: derived.subarray(64) };
    });
  }

  seal(tenantId: string, { position, at }: FeedPlace): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error('there is no key for cursors');
    const payload = Buffer.alloc(payloadBytes);
    payload.writeBigUInt64BE(BigInt(position));
    payload.writeBigUInt64BE(BigInt(at > 0 ? Math.trunc(at) : 0), 8); // No time of a row makes its page unreadable.
    const tag = tagOf(key.mac, tenantId, payload);
    const cipher = createCipheriv('aes-256-ctr', key.cipher, tag);
    return Buffer.concat([tag, cipher.update(payload), cipher.final(), key.print]).toString('base64url');
  }

  /** Throws InvalidCursor; ForgottenCursor for one of a removed key. */
  open(tenantId: string, cursor: string): FeedPlace {
    const bytes = Buffer.from(cursor, 'base64url');
    const sealedBytes = tagBytes + payloadBytes;
    if (bytes.length !== sealedBytes + printBytes || bytes.toString('base64url') !== cursor) throw new InvalidCursor();
    const [tag, print] = [bytes.subarray(0, tagBytes), bytes.subarray(sealedBytes)];
    const keys = this.keys.filter((key) => key.print.equals(print));
    if (keys.length === 0) throw new ForgottenCursor();
    for (const { mac, cipher } of keys) {
      const decipher = createDecipheriv('aes-256-ctr', cipher, tag);
      const payload = Buffer.concat([decipher.update(bytes.subarray(tagBytes, sealedBytes)), decipher.final()]);
      if (timingSafeEqual(tagOf(mac, tenantId, payload), tag))
        return { position: String(payload.readBigUInt64BE()), at: Number(payload.readBigUInt64BE(8)) };
    }
    throw new InvalidCursor();
  }
}

function tagOf(key: Buffer, tenantId: string, payload: Buffer): Buffer {
  return createHmac('sha256', key).update(tenantId).update('\0').update(payload).digest().subarray(0, tagBytes);
}
