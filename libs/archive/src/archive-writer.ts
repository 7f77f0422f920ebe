import { compressed } from './compression.js';
import { Tally } from './content.js';
import { copyOut, type Connect } from './copy.js';
import type { SealedBlobs } from './blobs.js';
import {
  archivedBytes,
  archivedRows,
  encodeManifest,
  type ArchivedFile,
  type ArchivedTable,
  type Manifest,
} from './manifest.js';
import type { Pace } from './pace.js';
import { backupSpace, manifestName } from './places.js';
import { Snapshot } from './snapshot.js';
import { sequencesOf, type Table } from './tables.js';

/** How large a database must be for a second connection to be worth it, in bytes. */
const largeBytes = 16 * 1024 * 1024;

/** The database to archive. */
export interface ArchiveSource {
  readonly connect: Connect;
  /** The role that owns the tables. */
  readonly asRole: string;
  readonly pace: Pace;
  /** What else the database says, read by a connection that sees the snapshot. */
  readonly facts: (snapshot: Snapshot) => Promise<SourceFacts>;
  /** Stores the tenant's files of these names; called once, when the rows are stored. */
  readonly files: (names: readonly string[]) => Promise<StoredFiles>;
}

export interface SourceFacts {
  /** The migrations that the database has. */
  readonly migrations: Manifest['migrations'];
  /** The names of the files that its rows refer to. */
  readonly fileNames: readonly string[];
}

export interface StoredFiles {
  readonly files: readonly ArchivedFile[];
  /** The names of those that are gone. */
  readonly missing: readonly string[];
}

/** What was written. */
export interface WrittenArchive {
  readonly manifest: Manifest;
  readonly rows: number;
  /** Of all blobs that belong to it. */
  readonly bytes: number;
  /** Of the manifest as it is stored, which names every other blob by its own: in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Writes an archive of a database in its state at one moment. It is complete when this resolves; otherwise delete its space. Throws
 * SnapshotInTheWay, NotArchivable, StorageUnavailable.
 */
export async function writeArchive(
  blobs: SealedBlobs,
  about: Pick<Manifest, 'archiveId' | 'tenant'>,
  source: ArchiveSource,
): Promise<WrittenArchive> {
  const { connect, asRole } = source;
  const space = backupSpace(about.archiveId);
  const snapshot = await Snapshot.take(connect, asRole);
  try {
    const { migrations, fileNames } = await source.facts(snapshot);
    const sequences = await sequencesOf(snapshot.main);
    const numbers = new Map(snapshot.tables.map(({ name }, index) => [name, index]));
    const written = new Map<string, ArchivedTable>();
    const size = snapshot.tables.reduce((sum, { bytes }) => sum + bytes, 0);
    await snapshot.read(connect, asRole, size > largeBytes ? 2 : 1, async (client, table) => {
      const name = `table-${String(numbers.get(table.name)).padStart(3, '0')}`;
      written.set(table.name, await writeTable(blobs, { space, name }, copyOut(client, table), table, source.pace));
      await client.query('SELECT'); // Its answer comes when COPY's connection is free again.
    });
    snapshot.close(); // Files take their time, and never change.
    const { files, missing } = await source.files(fileNames);
    const tables = snapshot.tables.map(({ name }) => written.get(name) as ArchivedTable);
    const manifest: Manifest = {
      format: 1,
      ...about,
      ...snapshot.facts,
      migrations,
      tables,
      sequences,
      files,
      missing,
    };
    const { sha256, bytes } = await blobs.put(space, manifestName, compressed([encodeManifest(manifest)]));
    return { manifest, rows: archivedRows(manifest), bytes: archivedBytes(manifest) + bytes, sha256 };
  } finally {
    snapshot.close();
  }
}

async function writeTable(
  blobs: SealedBlobs,
  place: { readonly space: string; readonly name: string },
  text: AsyncIterable<Buffer>,
  { name, columns }: Table,
  pace: Pace,
): Promise<ArchivedTable> {
  const tally = new Tally();
  let rows = 0;
  const counted = async function* () {
    for await (const chunk of tally.of(text)) {
      rows += linesIn(chunk);
      await pace.pass(chunk.length);
      yield chunk;
    }
  };
  const content = counted();
  const first = await content.next();
  if (first.done === true) return { name, columns, rows, bytes: 0, sha256: tally.digest(), blob: null };
  const whole = async function* () {
    yield first.value;
    yield* content;
  };
  const blob = await blobs.put(place.space, place.name, compressed(whole()));
  return { name, columns, rows, bytes: tally.bytes, sha256: tally.digest(), blob };
}

/** COPY's text ends each row with a line feed, and has no others. */
function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}
