const marks = { le: [0xff, 0xfe], be: [0xfe, 0xff] } as const;
/** As many bytes tell which Unicode encoding a byte order mark begins; UTF-32's little-endian one begins like UTF-16's. */
const markBytes = 4;

/**
 * Whether bytes that pass by are text: UTF-8, or UTF-16 after a byte order mark, whole and without NUL. Shown chunk by chunk, of
 * any lengths.
 */
export class TextCheck {
  private head = Buffer.alloc(0);
  private decoder: InstanceType<typeof TextDecoder> | undefined;
  private broken = false;

  /** Keeps no chunk. */
  show(chunk: Uint8Array): void {
    if (this.broken) return;
    if (this.decoder !== undefined) return this.decode(this.decoder, chunk);
    this.head = Buffer.concat([this.head, chunk]);
    if (this.head.length >= markBytes) this.begin();
  }

  /** The encoding of the text, when all has been shown; undefined when it is none. */
  encoding(): 'utf-8' | 'utf-16' | undefined {
    if (this.decoder === undefined) this.begin();
    if (!this.broken && this.decoder !== undefined) this.decode(this.decoder);
    if (this.broken) return undefined;
    return this.decoder?.encoding === 'utf-8' ? 'utf-8' : 'utf-16';
  }

  private begin(): void {
    this.decoder = new TextDecoder(encodingOf(this.head), { fatal: true });
    this.decode(this.decoder, this.head);
    this.head = Buffer.alloc(0);
  }

  private decode(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): void {
    try {
      this.broken ||= decoder.decode(chunk, { stream: chunk !== undefined }).includes('\0');
    } catch {
      this.broken = true; // TextDecoder has no other failure than this.
    }
  }
}

function encodingOf(head: Uint8Array): string {
  const begins = (mark: readonly number[]) => mark.every((byte, place) => head[place] === byte);
  if (begins(marks.be)) return 'utf-16be';
  return begins(marks.le) ? 'utf-16le' : 'utf-8';
}
