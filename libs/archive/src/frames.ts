import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ArchiveInvalid } from './errors.js';

/** The first bytes of every blob of an archive: the form and its version. */
const magic = Buffer.from('HDARCH01', 'latin1');
const saltBytes = 32;
const headerBytes = magic.length + saltBytes;
const lengthBytes = 4;
const tagBytes = 16;
/** The bit of a frame's length that marks the last frame. */
const lastFrame = 0x8000_0000;

/** How many bytes of content a frame has, except the last one. A reader accepts no larger frame. */
export const frameBytes = 256 * 1024;

/**
 * The key of one blob: from the key of the tenant's archives, a random salt in the blob's header, and the blob's place. A blob that
 * was moved to another place, or comes from another archive or tenant, therefore has another key.
 */
function keyOf(archiveKey: Buffer, salt: Buffer, place: string): Buffer {
  return Buffer.from(hkdfSync('sha256', archiveKey, salt, `helpdeskly archive 1 ${place}`, 32));
}

/** Counts frames, and ends with 1 in the last one: no two frames of a blob have the same. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 0);
  nonce.writeUInt32BE(isLast ? 1 : 0, 8);
  return nonce;
}

/** Encrypts `content` as the blob at `place`. */
export async function* sealFrames(
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
  archiveKey: Buffer,
  place: string,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes);
  const key = keyOf(archiveKey, salt, place);
  yield Buffer.concat([magic, salt]);
  let index = 0;
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    waiting.push(chunk);
    size += chunk.length;
    if (size <= frameBytes) continue; // A full frame waits for one more byte: it may be the last.
    let rest = Buffer.concat(waiting);
    for (; rest.length > frameBytes; rest = rest.subarray(frameBytes))
      yield sealFrame(rest.subarray(0, frameBytes), key, index++, false);
    waiting = [rest];
    size = rest.length;
  }
  yield sealFrame(Buffer.concat(waiting), key, index, true);
}

function sealFrame(content: Buffer, key: Buffer, index: number, isLast: boolean): Buffer {
  const length = lengthWord(content.length, isLast);
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast)).setAAD(length);
  return Buffer.concat([length, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

function lengthWord(length: number, isLast: boolean): Buffer {
  const word = Buffer.alloc(lengthBytes);
  word.writeUInt32BE(isLast ? length + lastFrame : length);
  return word;
}

/**
 * The content of the blob at `place`, a frame at a time; each frame is whole and genuine when it is given out. Throws
 * ArchiveInvalid for whatever `sealFrames` has not written for this key and place, and what `blob` throws.
 */
export async function* openFrames(
  blob: AsyncIterable<Buffer>,
  archiveKey: Buffer,
  place: string,
): AsyncGenerator<Buffer> {
  const bytes = new ByteQueue(blob);
  try {
    yield* framesOf(bytes, archiveKey, place);
  } finally {
    await bytes.close();
  }
}

async function* framesOf(bytes: ByteQueue, archiveKey: Buffer, place: string): AsyncGenerator<Buffer> {
  const header = await bytes.take(headerBytes);
  if (header === undefined) throw new ArchiveInvalid(`${place} is cut within its header`);
  if (!header.subarray(0, magic.length).equals(magic))
    throw new ArchiveInvalid(`${place} does not begin as a blob does`);
  const key = keyOf(archiveKey, header.subarray(magic.length), place);
  for (let index = 0; ; index++) {
    const length = await bytes.take(lengthBytes);
    if (length === undefined) throw new ArchiveInvalid(`${place} is cut after ${index} frames`);
    const word = length.readUInt32BE();
    const isLast = word >= lastFrame;
    const size = isLast ? word - lastFrame : word;
    if (size > frameBytes) throw new ArchiveInvalid(`frame ${index} of ${place} is too large`);
    const sealed = await bytes.take(size + tagBytes);
    if (sealed === undefined) throw new ArchiveInvalid(`${place} is cut in frame ${index}`);
    yield openFrame(sealed, { key, index, isLast, length, place });
    if (!isLast) continue;
    if (!(await bytes.isAtEnd())) throw new ArchiveInvalid(`${place} goes on after its last frame`);
    return;
  }
}

interface Frame {
  readonly key: Buffer;
  readonly index: number;
  readonly isLast: boolean;
  readonly length: Buffer;
  readonly place: string;
}

function openFrame(sealed: Buffer, { key, index, isLast, length, place }: Frame): Buffer {
  const nonce = nonceOf(index, isLast);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(length);
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    throw new ArchiveInvalid(`frame ${index} of ${place} is not what was written there`);
  }
}

/** Takes exact numbers of bytes from a stream. */
class ByteQueue {
  private readonly source: AsyncIterator<Buffer>;
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Undefined if the stream ends before. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.size < count) if (!(await this.read())) return undefined;
    const all = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    const rest = all.subarray(count);
    this.chunks = rest.length === 0 ? [] : [rest];
    this.size = rest.length;
    return all.subarray(0, count);
  }

  /** Lets go of the stream, which nobody may read to its end: it may hold a file or a socket. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.size === 0) if (!(await this.read())) return true;
    return false;
  }

  private async read(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.chunks.push(next.value);
    this.size += next.value.length;
    return true;
  }
}
