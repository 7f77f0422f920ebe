import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import type { FileFacts } from './attachments.queries.js';
import { AttachmentTooLarge, largestAttachment, StorageLimit } from './errors.js';
import type { StorageRoom } from './storage-usage.js';
import { TextCheck } from './text-check.js';
import type { Scan } from './virus-scanner.js';

/** Enough for the signatures of all formats, and for the first entries of those that are zip archives. */
const headBytes = 65_536;

/** Text says its encoding unless that is UTF-8. */
const textTypes = {
  'utf-8': 'text/plain',
  'utf-16': 'text/plain; charset=utf-16',
  none: 'application/octet-stream',
} as const;

/**
 * What passes through is counted, hashed, looked at for its type, and shown to `scan`. It ends only when the scanner has
 * let it through: whoever stores what comes out never has all of what is infected. Fails with AttachmentTooLarge, StorageLimit,
 * AttachmentInfected or ServiceUnavailable.
 */
export class Inspection extends Transform {
  private readonly hash = createHash('sha256');
  private readonly text = new TextCheck();
  private head = Buffer.alloc(0);
  private size = 0;

  /** `room` is how many bytes the helpdesk may still store of the `limit` that it has. */
  constructor(
    private readonly scan: Scan | undefined,
    private readonly storage: StorageRoom,
  ) {
    super();
    this.once('close', () => scan?.end());
  }

  /** Of everything, when it has passed. */
  async facts(): Promise<FileFacts> {
    const encoding = this.text.encoding();
    const mime = (await fileTypeFromBuffer(this.head))?.mime;
    // What begins with UTF-16's mark looks like the frame of an MPEG, but is none when all of it is text.
    const known = encoding === 'utf-16' && mime !== 'application/xml' ? undefined : mime;
    return { contentType: known ?? textTypes[encoding ?? 'none'], size: this.size, sha256: this.hash.digest() };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > largestAttachment) return done(new AttachmentTooLarge());
    if (this.size > this.storage.room) return done(new StorageLimit(this.storage.limit));
    this.hash.update(chunk);
    if (this.head.length < headBytes) this.head = Buffer.concat([this.head, chunk]).subarray(0, headBytes);
    this.text.show(chunk);
    if (this.scan === undefined) return done(null, chunk);
    this.scan.show(chunk).then(() => done(null, chunk), done);
  }

  override _flush(done: TransformCallback): void {
    if (this.scan === undefined) return done();
    this.scan.verdict().then(() => done(), done);
  }
}
