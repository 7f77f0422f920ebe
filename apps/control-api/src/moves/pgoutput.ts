/** A value as PostgreSQL writes it as text; null: NULL; undefined: not sent, because it has not changed and is stored out of line. */
export type Value = string | null | undefined;

export interface Column {
  readonly name: string;
  /** Whether it belongs to the row's identity. */
  readonly isKey: boolean;
}

export interface Relation {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** What the stream of a publication says of one change; `row` and `key` have a value for each column of the relation. */
export type Change =
  | { readonly kind: 'begin'; readonly xid: number }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'insert'; readonly relationId: number; readonly row: readonly Value[] }
  | {
      readonly kind: 'update';
      readonly relationId: number;
      /** The former identity, if it has changed. */
      readonly key: readonly Value[] | undefined;
      readonly row: readonly Value[];
    }
  | { readonly kind: 'delete'; readonly relationId: number; readonly key: readonly Value[] }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'other' };

/**
 * Reads one message of PostgreSQL's output plugin pgoutput, version 1.
 * Source: https://www.postgresql.org/docs/18/protocol-logicalrep-message-formats.html
 */
export function readChange(message: Buffer): Change {
  const reader = new Reader(message);
  const kind = reader.letter();
  switch (kind) {
    case 'B':
      reader.skip(16); // The LSN and the time of the commit.
      return { kind: 'begin', xid: reader.uint32() };
    case 'R':
      return { kind: 'relation', relation: reader.relation() };
    case 'I': {
      const relationId = reader.uint32();
      reader.expect('N');
      return { kind: 'insert', relationId, row: reader.tuple() };
    }
    case 'U': {
      const relationId = reader.uint32();
      let which = reader.letter();
      const key = which === 'K' || which === 'O' ? reader.tuple() : undefined;
      if (key !== undefined) which = reader.letter();
      if (which !== 'N') throw new Error(`an update has a part ${which}`);
      return { kind: 'update', relationId, key, row: reader.tuple() };
    }
    case 'D': {
      const relationId = reader.uint32();
      const which = reader.letter();
      if (which !== 'K' && which !== 'O') throw new Error(`a deletion has a part ${which}`);
      return { kind: 'delete', relationId, key: reader.tuple() };
    }
    case 'T':
      return { kind: 'truncate' };
    default:
      return { kind: 'other' }; // Commits, origins, types, messages.
  }
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  letter(): string {
    return String.fromCharCode(this.bytes.readUInt8(this.at++));
  }

  expect(letter: string): void {
    const found = this.letter();
    if (found !== letter) throw new Error(`a change has a part ${found} instead of ${letter}`);
  }

  skip(count: number): void {
    this.at += count;
  }

  uint32(): number {
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  tuple(): readonly Value[] {
    return Array.from({ length: this.uint16() }, (): Value => {
      switch (this.letter()) {
        case 'n':
          return null;
        case 'u':
          return undefined;
        default: {
          const length = this.uint32();
          this.at += length;
          return this.bytes.toString('utf8', this.at - length, this.at);
        }
      }
    });
  }

  relation(): Relation {
    const id = this.uint32();
    const schema = this.text();
    const name = this.text();
    this.skip(1); // Its replica identity.
    const columns = Array.from({ length: this.uint16() }, () => {
      const isKey = (this.bytes.readUInt8(this.at) & 1) === 1;
      this.skip(1);
      const column = { name: this.text(), isKey };
      this.skip(8); // Its type, and that type's modifier.
      return column;
    });
    return { id, schema, name, columns };
  }

  private uint16(): number {
    this.at += 2;
    return this.bytes.readUInt16BE(this.at - 2);
  }

  private text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }
}
