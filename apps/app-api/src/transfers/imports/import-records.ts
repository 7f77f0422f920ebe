import { buffer } from 'node:stream/consumers';
import { linesIn } from './archive-lines.js';
import { ArchiveInvalid, RowRefused } from './errors.js';
import { explained, type ImportArchive } from './import-archive.js';
import { isObject, RowFields } from './row-fields.js';

/** A document that is no JSON Lines is read whole, up to so many bytes. */
const largestDocument = 16 * 1024 ** 2;

/** A row of a file: its fields, or why it has none. `line` counts rows where the file is one document. */
export interface ArchiveRecord {
  readonly line: number;
  /** In bytes; 0 where it is part of a document. */
  readonly size: number;
  readonly fields: RowFields | RowRefused;
}

/**
 * The rows of a file behind the line `after`, as JSON Lines or as one document: a list, or an object with a list of this name. Throws
 * ArchiveInvalid.
 */
export async function* recordsIn(
  archive: ImportArchive,
  name: string,
  list: string,
  after: number,
): AsyncGenerator<ArchiveRecord> {
  try {
    const isLines = isAlwaysLines.test(name) || (await beginsWithRow(archive, name, list));
    yield* isLines ? rowsIn(archive, name, after) : documentIn(archive, name, list, after);
  } catch (error) {
    throw explained(error);
  }
}

/** Of ours, and whatever says so by its name. */
const isAlwaysLines = /\.(?:jsonl|ndjson)$/i;

async function* documentIn(
  archive: ImportArchive,
  name: string,
  list: string,
  after: number,
): AsyncGenerator<ArchiveRecord> {
  if (archive.sizeOf(name) > largestDocument)
    throw new ArchiveInvalid(
      `The file ${name} is one JSON document of more than 16 MiB, or its first line is no JSON object. Write one JSON object on each line.`,
    );
  const document = parsed(await buffer(await archive.open(name)));
  if (document === undefined) {
    yield* rowsIn(archive, name, after); // Neither a document nor a first line that is one: each line says for itself what is wrong.
    return;
  }
  const rows: unknown = Array.isArray(document) ? document : (document as Record<string, unknown> | null)?.[list];
  if (!Array.isArray(rows)) {
    if (after < 1)
      yield { line: 1, size: 0, fields: new RowRefused('malformed_json', `The file has no list ${list}.`) };
    return;
  }
  for (const [index, row] of rows.entries())
    if (index >= after) yield { line: index + 1, size: 0, fields: read(() => RowFields.of(row, list)) };
}

async function* rowsIn(archive: ImportArchive, name: string, after: number): AsyncGenerator<ArchiveRecord> {
  for await (const { line, size, text } of linesIn(await archive.open(name), after))
    yield { line, size, fields: read(() => RowFields.parse(text)) };
}

/** Whether its first line is a row, and not the beginning of a document. */
async function beginsWithRow(archive: ImportArchive, name: string, list: string): Promise<boolean> {
  for await (const { text } of linesIn(await archive.open(name))) {
    const value = text === undefined ? undefined : parsed(Buffer.from(text));
    return isObject(value) && !Array.isArray(value[list]);
  }
  return true;
}

/** Undefined for what is no JSON. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

function read(of: () => RowFields): RowFields | RowRefused {
  try {
    return of();
  } catch (error) {
    if (error instanceof RowRefused) return error;
    throw error;
  }
}
