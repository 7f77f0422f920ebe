import { createHash } from 'node:crypto';
import { addAbortSignal, PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { BlobNotFound, StorageUnavailable } from '@helpdeskly/storage';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import yazl from 'yazl';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { countRows, linesOf } from './export-rows.js';
import { sections } from './export-sections.js';
import { FileIds } from './file-ids.js';

/** Connections end after a quarter of an hour, whatever they do: the snapshot has to be read by then. */
const snapshotMs = 14 * 60_000;

/** Told how many rows are written, of how many. Throws when somebody else writes this export by now. */
type Progress = (rows: bigint, total: bigint) => Promise<void>;

/** What was written. */
export interface WrittenExport {
  readonly size: number;
  readonly sha256: Buffer;
  readonly snapshotAt: Date;
  readonly rows: bigint;
}

/** What was put into an archive. */
type Filled = Pick<WrittenExport, 'snapshotAt' | 'rows'>;

/** The form of an archive: docs/export-format.md. */
const format = { format: 'helpdeskly-export', version: 1 } as const;

/** Writes all that the current tenant holds to one zip file, a piece at a time. */
@Injectable()
export class ExportArchive {
  private readonly log = new Logger('ExportArchive');

  constructor(
    private readonly context: TenantContext,
    private readonly store: AttachmentStore,
  ) {}

  /**
   * Stores the archive under `blobId`. Throws StorageUnavailable, ServiceUnavailable, and what `progress` throws; nothing is stored then, and
   * nothing is read any more.
   */
  async write(blobId: string, progress: Progress): Promise<WrittenExport> {
    const zip = new yazl.ZipFile();
    const measured = new Measured();
    const output = zip.outputStream.pipe(measured);
    output.on('error', () => undefined); // `put` throws it. Nobody else listens after that.
    zip.on('error', (error: Error) => output.destroy(error));
    const stop = new AbortController();
    const filled = this.fill(zip, progress, stop.signal);
    filled.catch((error: unknown) => output.destroy(error as Error));
    try {
      await this.store.put(blobId, output);
      return { ...measured.facts(), ...(await filled) };
    } catch (error) {
      stop.abort(); // Nobody reads the zip file any more: what fills it would wait, and keep its transaction open.
      await filled.catch(() => undefined);
      throw error;
    }
  }

  /** The rows are read under one snapshot; the files that they name do not change, and are read after it. */
  private async fill(zip: yazl.ZipFile, progress: Progress, signal: AbortSignal): Promise<Filled> {
    const { tenant, client } = this.context.current;
    const mtime = new Date();
    const counts: Record<string, number> = {};
    const files = new FileIds();
    let rows = 0n;
    // Past TenantDatabase: what `progress` writes must not join a transaction that only reads.
    await client.$transaction(
      async (tx) => {
        await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`;
        const total = await countRows(tx);
        for (const section of sections) {
          counts[section.name] = 0;
          const lines = async function* () {
            for await (const page of linesOf(tx, section)) {
              counts[section.name] = (counts[section.name] ?? 0) + page.length;
              rows += BigInt(page.length);
              if (section.name === 'files') for (const line of page) files.add((JSON.parse(line) as { id: string }).id);
              yield `${page.join('\n')}\n`;
              await progress(rows, rows > total ? rows : total);
            }
          };
          await add(zip, `${section.name}.jsonl`, Readable.from(lines(), { objectMode: false }), { mtime, signal });
        }
      },
      { timeout: snapshotMs },
    );
    const missing: string[] = [];
    for (const id of files) {
      const bytes = await this.bytesOf(id);
      if (bytes === undefined) missing.push(id);
      else await add(zip, `files/${id}`, bytes, { mtime, signal });
    }
    const { id, slug } = tenant;
    const manifest = { ...format, tenant: { id, slug }, snapshotAt: mtime.toISOString(), rows: counts, missing };
    zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), 'manifest.json', { mtime });
    zip.end();
    return { snapshotAt: mtime, rows };
  }

  /** Undefined when the file was deleted since the snapshot, or is lost: nobody gets it back by getting nothing else. */
  private async bytesOf(id: string): Promise<Readable | undefined> {
    const { prisma } = this.context.current.client;
    const there = await prisma.attachment.count({ where: { id, storedAt: { not: null }, removedAt: null } });
    if (there === 0) return undefined;
    try {
      return await this.store.get(id);
    } catch (error) {
      if (!(error instanceof StorageUnavailable && error.cause instanceof BlobNotFound)) throw error;
      this.log.warn({ msg: 'An export lacks a file that should be there.', fileId: id });
      return undefined;
    }
  }
}

/** Adds an entry, and waits until all of it was read. Throws when `signal` says that nobody reads it. */
async function add(
  zip: yazl.ZipFile,
  path: string,
  bytes: Readable,
  { mtime, signal }: { mtime: Date; signal: AbortSignal },
): Promise<void> {
  const read = finished(bytes, { cleanup: true });
  zip.addReadStream(bytes, path, { mtime, mode: 0o100_644 });
  addAbortSignal(signal, bytes);
  await read;
}

/** Counts and hashes what passes. */
class Measured extends PassThrough {
  private readonly hash = createHash('sha256');
  private size = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.size += chunk.length;
    this.hash.update(chunk);
    done(null, chunk);
  }

  facts(): { size: number; sha256: Buffer } {
    return { size: this.size, sha256: this.hash.digest() };
  }
}
