import type { Readable } from 'node:stream';

/** In bytes. A ticket of Zendesk's has all its comments in one line. */
const longestLine = 8 * 1024 ** 2;

/** A line of a file, counted from 1, with the bytes that it has; `text` is undefined when it is too long, or no UTF-8. */
export interface ArchiveLine {
  readonly line: number;
  readonly size: number;
  readonly text: string | undefined;
}

/** The lines of a file that are not blank. No more than one of them is in memory. */
export async function* linesIn(bytes: Readable): AsyncGenerator<ArchiveLine> {
  const growing = new GrowingLine();
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      growing.add(chunk.subarray(from, end));
      from = end + 1;
      const found = growing.end();
      if (found !== undefined) yield found;
    }
    growing.add(chunk.subarray(from));
  }
  const last = growing.end();
  if (last !== undefined) yield last;
}

const newline = 0x0a;

class GrowingLine {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private pieces: Buffer[] = [];
  private size = 0;
  private line = 0;

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.size > longestLine) this.pieces = [];
    else this.pieces.push(piece);
  }

  /** Undefined for a blank one. */
  end(): ArchiveLine | undefined {
    const { size } = this;
    const text = size > longestLine ? undefined : this.decoded();
    this.line++;
    this.pieces = [];
    this.size = 0;
    return text?.trim() === '' ? undefined : { line: this.line, size, text };
  }

  private decoded(): string | undefined {
    try {
      return this.decoder.decode(Buffer.concat(this.pieces));
    } catch {
      return undefined;
    }
  }
}
