const bytesEach = 16;
const idsInChunk = 4096;

/** Ids of files, kept in 16 bytes each: a helpdesk may have millions. */
export class FileIds {
  private readonly chunks: Buffer[] = [];
  private count = 0;

  add(id: string): void {
    const place = this.count++ % idsInChunk;
    if (place === 0) this.chunks.push(Buffer.alloc(bytesEach * idsInChunk));
    this.chunks.at(-1)?.write(id.replaceAll('-', ''), place * bytesEach, 'hex');
  }

  *[Symbol.iterator](): Generator<string> {
    for (let index = 0; index < this.count; index++) {
      const start = (index % idsInChunk) * bytesEach;
      const hex = this.chunks[Math.floor(index / idsInChunk)]?.toString('hex', start, start + bytesEach) ?? '';
      yield [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    }
  }
}
