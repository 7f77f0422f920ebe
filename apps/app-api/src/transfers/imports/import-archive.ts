import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DomainError } from '@helpdeskly/errors';
import { StorageUnavailable } from '@helpdeskly/storage';
import yauzl from 'yauzl';
import { ArchiveInvalid } from './errors.js';
import { OwnManifest, type ImportSource } from './import-source.js';

/** Reads bytes of the archive: from `first` to `last`, both included. */
export type ReadRange = (first: number, last: number) => Promise<Readable>;

const mostEntries = 200_000;
const mostUnpacked = 50 * 1024 ** 3;
const largestManifest = 1024 ** 2;
/** Of a file that is read: refused rows are known by it. */
const longestName = 255;
/** In bytes: the names of its files, and what stands beside them in the directory, which is kept in memory. */
const largestDirectory = 64 * 1024 ** 2;
/** The directory is read in small steps: of each, so much is fetched at once. */
const block = 256 * 1024;

/** A zip file in the storage, whose entries are read one by one; nothing of it is ever unpacked to a disk. */
export class ImportArchive {
  private constructor(
    private readonly file: yauzl.ZipFile,
    private readonly entries: ReadonlyMap<string, yauzl.Entry>,
  ) {}

  /** Reads the directory. Throws ArchiveInvalid, StorageUnavailable. */
  static async open(size: number, read: ReadRange): Promise<ImportArchive> {
    try {
      const options = { lazyEntries: true, validateEntrySizes: true, autoClose: false } as const;
      const file = await yauzl.fromRandomAccessReaderPromise(new BlockReader(size, read), size, options);
      return new ImportArchive(file, await directoryOf(file));
    } catch (error) {
      throw explained(error);
    }
  }

  get names(): readonly string[] {
    return [...this.entries.keys()];
  }

  /** In bytes, when it is unpacked; 0 for what is not there. */
  sizeOf(name: string): number {
    return this.entries.get(name)?.uncompressedSize ?? 0;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Throws ArchiveInvalid; what is wrong within the entry fails its stream. */
  async open(name: string): Promise<Readable> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new ArchiveInvalid(`The archive has no file ${name}.`);
    try {
      const bytes = await this.file.openReadStreamPromise(entry);
      // It begins at once and may fail before anybody reads it; yauzl emits the error and leaves the stream open.
      return bytes.on('error', (error) => bytes.destroy(error));
    } catch (error) {
      throw explained(error);
    }
  }

  /** What form the archive has. Throws ArchiveInvalid when it is none that we read. */
  async source(): Promise<ImportSource> {
    const manifest = this.entries.get('manifest.json');
    if (manifest !== undefined) {
      if (manifest.uncompressedSize > largestManifest) throw new ArchiveInvalid('manifest.json is too large.');
      return new OwnManifest(await this.manifest()).source;
    }
    const known = this.names.filter((name) => zendeskFile.test(name));
    if (known.length === 0)
      throw new ArchiveInvalid(
        'The archive has neither the manifest.json of an export of ours, nor tickets, users or organizations in JSON as Zendesk exports them.',
      );
    if (known.some((name) => name.length > longestName || /\p{Cc}/u.test(name)))
      throw new ArchiveInvalid(
        'A file of the archive has a name of more than 255 characters, or with control characters.',
      );
    return 'ZENDESK';
  }

  private async manifest(): Promise<unknown> {
    try {
      return JSON.parse((await buffer(await this.open('manifest.json'))).toString()) as unknown;
    } catch (error) {
      throw error instanceof SyntaxError ? new ArchiveInvalid('manifest.json is no JSON.') : explained(error);
    }
  }
}

/** A file of Zendesk's export, by what is in it: `tickets.json`, `export-2026-11-01-users.json`, … */
export const zendeskFile = /(?:^|[/._-])(organizations|users|groups|tickets|comments)[^/]*\.(?:json|jsonl|ndjson)$/i;

/** yauzl itself refuses names that lead outside, absolute ones, and those with backslashes. */
async function directoryOf(file: yauzl.ZipFile): Promise<ReadonlyMap<string, yauzl.Entry>> {
  if (file.entryCount > mostEntries) throw new ArchiveInvalid(`The archive has more than ${mostEntries} files.`);
  const entries = new Map<string, yauzl.Entry>();
  let unpacked = 0;
  let listed = 0;
  for await (const entry of file.eachEntry()) {
    const name = entry.fileName;
    listed += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (listed > largestDirectory) throw new ArchiveInvalid('The directory of the archive has more than 64 MiB.');
    if (name.endsWith('/')) continue;
    if (entries.has(name)) throw new ArchiveInvalid(`The archive has two files named ${name.slice(0, 255)}.`);
    if ((entry.generalPurposeBitFlag & 1) === 1) throw new ArchiveInvalid('The archive is encrypted.');
    unpacked += entry.uncompressedSize;
    if (unpacked > mostUnpacked) throw new ArchiveInvalid('The archive has more than 50 GiB when it is unpacked.');
    entries.set(name, entry);
  }
  return entries;
}

/** What yauzl and zlib throw are plain errors about the file; what our storage throws are our own. */
export function explained(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const { name, message } = error as Partial<Error>;
  if (name !== 'Error' || message === undefined) return error;
  return new ArchiveInvalid(`The file is no zip archive that can be read: ${message.slice(0, 200)}.`);
}

/** Ranges of a blob, for yauzl. What fails while it is read is the storage's fault, not the archive's. */
class BlockReader extends yauzl.RandomAccessReader {
  private cached: { readonly first: number; readonly bytes: Promise<Buffer> } | undefined;

  constructor(
    private readonly size: number,
    private readonly range: ReadRange,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough();
    this.range(start, end - 1).then(
      (bytes) => {
        bytes.once('error', (error) => through.destroy(new StorageUnavailable(error)));
        through.once('close', () => bytes.destroy());
        bytes.pipe(through);
      },
      (error: unknown) => through.destroy(error as Error),
    );
    return through;
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    this.copy(target, offset, length, position).then(
      () => done(null),
      (error: unknown) => done(error as Error),
    );
  }

  private async block(first: number): Promise<Buffer> {
    const bytes = await this.range(first, Math.min(first + block, this.size) - 1);
    return buffer(bytes).catch((error: unknown) => {
      throw new StorageUnavailable(error);
    });
  }

  private async copy(target: Buffer, offset: number, length: number, position: number): Promise<void> {
    if (position + length > this.size) throw new Error('it is cut off');
    for (let copied = 0; copied < length;) {
      const at = position + copied;
      const first = at - (at % block);
      if (this.cached?.first !== first) this.cached = { first, bytes: this.block(first) };
      const bytes = await this.cached.bytes;
      if (bytes.length === 0) throw new Error('it is cut off');
      copied += bytes.copy(target, offset + copied, at - first, Math.min(bytes.length, at - first + length - copied));
    }
  }
}
