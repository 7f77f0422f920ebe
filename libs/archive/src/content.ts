import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** What has passed through a stream. */
export class Tally {
  bytes = 0;
  private readonly hash = createHash('sha256');

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }

  /** In hexadecimal digits; ask once, at the end. */
  digest(): string {
    return this.hash.digest('hex');
  }

  /** Counts what passes. */
  async *of(source: AsyncIterable<Buffer> | Readable): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      this.add(chunk);
      yield chunk;
    }
  }
}

export async function wholeOf(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** In hexadecimal digits. */
export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
