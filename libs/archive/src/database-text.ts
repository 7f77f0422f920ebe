import type { Client } from 'pg';
import { Tally } from './content.js';
import { copyOut, type CopiedTable } from './copy.js';
import { ArchiveInvalid } from './errors.js';
import type { ArchivedSequence } from './manifest.js';

/** A table in a text, in whose order the rows of the tables come. */
export interface TextTable extends CopiedTable {
  readonly schema: string;
}

/** The first line of a text: what comes behind it. */
export interface TextHead {
  readonly format: 1;
  readonly tables: readonly TextTable[];
  /** By schema. */
  readonly sequences: Readonly<Record<string, readonly ArchivedSequence[]>>;
}

/** What a table had, in the last line of a text. */
export interface TextRows {
  readonly rows: number;
  /** Of COPY's text, in hexadecimal digits. */
  readonly sha256: string;
}

/** COPY ends its text so in a file, and writes no such line itself. */
const end = Buffer.from('\\.\n', 'latin1');
const endWithin = Buffer.from('\n\\.\n', 'latin1');
const lineFeed = 10;
/** Longer than the first line of any text. */
const longestLine = 16 * 1024 * 1024;

/**
 * A small database as one text: the head as a line of JSON, then of each table the rows as COPY's text and a line `\.`, and a last line of JSON
 * with their sums. `client` is in the transaction whose state it writes.
 */
export async function* databaseText(client: Client, head: TextHead): AsyncGenerator<Buffer> {
  yield lineOf(head);
  const sums: TextRows[] = [];
  for (const table of head.tables) {
    const text = copyOut(client, table);
    const tally = new Tally();
    yield* tally.of(text);
    await client.query('SELECT'); // Its answer comes after that of COPY, which says how many rows there were.
    sums.push({ rows: text.rowCount, sha256: tally.digest() });
    yield end;
  }
  yield lineOf(sums);
}

const lineOf = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');

/** Reads such a text from its beginning to its end. What it throws is ArchiveInvalid, or what the source throws. */
export class DatabaseText<Head extends TextHead = TextHead> {
  private sums: readonly TextRows[] = [];

  private constructor(
    private readonly lines: Lines,
    readonly head: Head,
  ) {}

  static async open<Head extends TextHead>(source: AsyncIterable<Buffer>): Promise<DatabaseText<Head>> {
    const lines = new Lines(source);
    const head = await lines.json<Head>('first line');
    if (Number(head.format) !== 1)
      throw new ArchiveInvalid(`its form ${String(head.format)} is not known to this build`);
    return new DatabaseText(lines, head);
  }

  /** `take` reads all rows of each table, as COPY's text, and returns how many it took, if it counts. */
  async read(take: (table: TextTable, rows: AsyncIterable<Buffer>) => Promise<number | undefined>): Promise<void> {
    const found: { readonly table: TextTable; readonly rows: number | undefined; readonly sha256: string }[] = [];
    for (const table of this.head.tables) {
      const tally = new Tally();
      const rows = await take(table, tally.of(this.lines.rows()));
      found.push({ table, rows, sha256: tally.digest() });
    }
    this.sums = await this.lines.json<readonly TextRows[]>('last line');
    await this.lines.assertEnd();
    for (const { table, rows, sha256 } of found) {
      const sum = this.sumOf(table);
      if (sum?.sha256 !== sha256 || (rows !== undefined && rows !== sum.rows))
        throw new ArchiveInvalid(`the rows of ${table.name} are not those that were written`);
    }
  }

  /** Once it was read: that these tables have the rows that it has, as `look` finds them. */
  async assertSame(tables: readonly TextTable[], look: (table: TextTable) => Promise<TextRows>): Promise<void> {
    for (const table of tables) {
      const { rows, sha256 } = await look(table);
      const sum = this.sumOf(table);
      if (sum?.rows !== rows || sum.sha256 !== sha256)
        throw new ArchiveInvalid(`${table.name} holds other rows after the restore than in the archive`);
    }
  }

  private sumOf(table: TextTable): TextRows | undefined {
    return this.sums[this.head.tables.indexOf(table)];
  }
}

/** Lines of a stream. */
class Lines {
  private readonly source: AsyncIterator<Buffer>;
  /** It begins where a line begins. */
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async json<T>(what: string): Promise<T> {
    let length: number;
    while ((length = this.rest.indexOf(lineFeed)) === -1)
      if (this.rest.length > longestLine || !(await this.more())) throw new ArchiveInvalid(`its ${what} is cut`);
    const line = this.rest.subarray(0, length).toString('utf8');
    this.rest = this.rest.subarray(length + 1);
    try {
      return JSON.parse(line) as T;
    } catch (error) {
      throw new ArchiveInvalid(`its ${what} is no JSON`, error);
    }
  }

  /** Until the line that ends a table. */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.rest.subarray(0, end.length).equals(end)) {
        this.rest = this.rest.subarray(end.length);
        return;
      }
      const at = this.rest.indexOf(endWithin);
      const whole = at === -1 ? this.rest.lastIndexOf(lineFeed) + 1 : at + 1;
      const lines = this.rest.subarray(0, whole);
      this.rest = this.rest.subarray(whole);
      if (lines.length > 0) yield lines;
      else if (!(await this.more())) throw new ArchiveInvalid('it ends within a table');
    }
  }

  async assertEnd(): Promise<void> {
    if (this.rest.length > 0 || (await this.more())) throw new ArchiveInvalid('it goes on after its last line');
  }

  /** Whether there was something. */
  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done === true) return false;
    this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
    return true;
  }
}
