import type { SealedBlobs } from './blobs.js';
import { decompressed } from './compression.js';
import { sha256Of, Tally, wholeOf } from './content.js';
import { ArchiveInvalid } from './errors.js';
import { archivedBytes, decodeManifest, type ArchivedFile, type ArchivedTable, type Manifest } from './manifest.js';
import { backupSpace, manifestName, tenantSpace } from './places.js';

/** An archive whose manifest is genuine; the rest is looked at when it is read. */
export class Archive {
  private constructor(
    private readonly blobs: SealedBlobs,
    readonly manifest: Manifest,
  ) {}

  /**
   * `sha256` is that of the manifest, as `writeArchive` returned it. Throws ArchiveInvalid, StorageUnavailable. Under another tenant's
   * key nothing of an archive is genuine.
   */
  static async open(blobs: SealedBlobs, archiveId: string, sha256: string): Promise<Archive> {
    const space = backupSpace(archiveId);
    const stored = await blobs.stored(space, manifestName);
    if (sha256Of(stored) !== sha256) throw new ArchiveInvalid('its manifest is not the one that was written');
    const content = await wholeOf(blobs.opened(space, manifestName, stored));
    const text = await wholeOf(decompressed([content]));
    return new Archive(blobs, decodeManifest(text, archiveId));
  }

  /** Of all its blobs but the manifest. */
  get bytes(): number {
    return archivedBytes(this.manifest);
  }

  /** Reads everything. Throws ArchiveInvalid at the first blob that is not what was written, StorageUnavailable. */
  async check(): Promise<void> {
    for (const table of this.manifest.tables) for await (const chunk of this.rows(table)) void chunk;
    for (const file of this.manifest.files) for await (const chunk of this.file(file)) void chunk;
  }

  /** A table's rows as COPY's text. Throws ArchiveInvalid, at the latest at its end; StorageUnavailable. */
  async *rows(table: ArchivedTable): AsyncGenerator<Buffer> {
    if (table.blob === null) return;
    const { archiveId } = this.manifest;
    const blob = this.blobs.get(backupSpace(archiveId), table.blob.name, table.blob);
    yield* checked(decompressed(blob), table, `the rows of ${table.name}`);
  }

  /** The bytes of a file. Throws ArchiveInvalid, at the latest at its end; StorageUnavailable. */
  async *file(file: ArchivedFile): AsyncGenerator<Buffer> {
    const space = tenantSpace(this.manifest.tenant.id);
    yield* checked(this.blobs.get(space, file.blob.name, file.blob), file, `the file ${file.name}`);
  }
}

async function* checked(
  content: AsyncIterable<Buffer>,
  expected: { readonly bytes: number; readonly sha256: string },
  what: string,
): AsyncGenerator<Buffer> {
  const tally = new Tally();
  yield* tally.of(content);
  if (tally.bytes !== expected.bytes || tally.digest() !== expected.sha256)
    throw new ArchiveInvalid(`${what} are not those that the manifest describes`);
}
