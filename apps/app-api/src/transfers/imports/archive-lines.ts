import type { Readable } from 'node:stream';
import { ArchiveInvalid } from './errors.js';

/** In bytes. A ticket of Zendesk's has all its comments in one line. */
const longestLine = 8 * 1024 ** 2;
/** In bytes: a longer one ends the import. What is between is read to its end, and refused as a row. */
const longestRead = 64 * 1024 ** 2;
/** In bytes, of the blank lines of one file. */
const mostBlank = 16 * 1024 ** 2;

/** A line of a file, counted from 1, with the bytes that it has; `text` is undefined when it is too long, or no UTF-8. */
export interface ArchiveLine {
  readonly line: number;
  readonly size: number;
  readonly text: string | undefined;
}

/**
 * The lines of a file behind the line `after` that are not blank. No more than one of them is in memory, and from one to the next a bounded
 * number of bytes is read. Throws ArchiveInvalid.
 */
export async function* linesIn(bytes: Readable, after = 0): AsyncGenerator<ArchiveLine> {
  const growing = new GrowingLine(after);
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
  private blank = 0;

  constructor(private readonly after: number) {}

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.size += piece.length;
    if (this.size > longestRead) throw new ArchiveInvalid(`The line ${this.line + 1} has more than 64 MiB.`);
    if (this.isPassed || this.size > longestLine) this.pieces = [];
    else this.pieces.push(piece);
  }

  /** Undefined for a blank one, and for what is passed over. */
  end(): ArchiveLine | undefined {
    const { size, isPassed } = this;
    const text = isPassed || size > longestLine ? undefined : this.decoded();
    this.line++;
    this.pieces = [];
    this.size = 0;
    if (isPassed) return undefined;
    if (text?.trim() !== '') return { line: this.line, size, text };
    this.blank += size + 1;
    if (this.blank > mostBlank) throw new ArchiveInvalid('A file of the archive has more than 16 MiB of blank lines.');
    return undefined;
  }

  private get isPassed(): boolean {
    return this.line < this.after;
  }

  private decoded(): string | undefined {
    if (this.size === 0) return '';
    try {
      return this.decoder.decode(Buffer.concat(this.pieces));
    } catch {
      return undefined;
    }
  }
}
