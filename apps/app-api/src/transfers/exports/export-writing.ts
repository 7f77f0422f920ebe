import { randomUUID } from 'node:crypto';
import { describeFailure } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { DataExport } from '@helpdeskly/tenant-db';
import { Injectable, Logger } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { ExportArchive, type WrittenExport } from './export-archive.js';
import { ExportNotices } from './export-notices.js';

/** As often an export is tried, at growing intervals: then it has failed. */
const mostAttempts = 6;
const firstPauseMs = 5000;
/** How long a finished archive is kept. */
const keptMs = 24 * 3_600_000;
/** How often progress is written at most. */
const toldEveryMs = 1000;

/** Raised when another worker has taken the export over, or this process is about to end. */
class Superseded extends Error {}

/**
 * Writes an export. Each attempt has an address of its own, which is recorded before a byte is written: a worker that dies leaves an
 * attempt that the next one removes, and one that was only slow finds out that its attempt is not the last.
 */
@Injectable()
export class ExportWriting {
  private readonly log = new Logger('ExportWriting');

  constructor(
    private readonly db: TenantDatabase,
    private readonly archive: ExportArchive,
    private readonly store: AttachmentStore,
    private readonly notices: ExportNotices,
  ) {}

  /** What goes wrong is noted; an attempt that is not the last one any more ends by itself. */
  async attempt({ id, blobId: former, requestedById }: DataExport): Promise<void> {
    const blobId = randomUUID();
    const taken = await this.db.client.dataExport.updateMany({
      where: { id, status: { in: ['PENDING', 'RUNNING'] }, blobId: former },
      data: { status: 'RUNNING', blobId, rows: 0, total: null, attempts: { increment: 1 } },
    });
    if (taken.count === 0) return;
    if (former !== null) await this.store.delete(former);
    try {
      const written = await this.archive.write(blobId, this.progressOf(id, blobId));
      if (!(await this.finish({ id, blobId, requestedById }, written))) throw new Superseded();
    } catch (error) {
      await this.store.delete(blobId).catch(() => undefined); // The next attempt, or the end of the day, removes it.
      if (!(error instanceof Superseded)) await this.fail(id, blobId, error);
    }
  }

  private progressOf(id: string, blobId: string) {
    let toldAt = 0;
    return async (rows: bigint, total: bigint): Promise<void> => {
      if (Date.now() - toldAt < toldEveryMs) return;
      toldAt = Date.now();
      const { count } = await this.db.client.dataExport.updateMany({
        where: { id, blobId, status: 'RUNNING' },
        data: { rows, total },
      });
      if (count === 0) throw new Superseded();
    };
  }

  /** Whether this attempt was the last one. */
  private finish(
    { id, blobId, requestedById }: { id: string; blobId: string; requestedById: string },
    { size, sha256, snapshotAt }: WrittenExport,
  ): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const now = new Date();
      const expiresAt = new Date(now.getTime() + keptMs);
      const done = { status: 'DONE', size, sha256: new Uint8Array(sha256), snapshotAt, error: undefined } as const;
      const { count } = await tx.dataExport.updateMany({
        where: { id, blobId, status: 'RUNNING' },
        data: { ...done, finishedAt: now, expiresAt, dueAt: expiresAt },
      });
      if (count === 0) return false;
      await tx.$executeRaw`UPDATE "DataExport" SET "rows" = coalesce("total", "rows") WHERE "id" = ${id}::uuid`;
      await this.notices.tell(tx, id, requestedById);
      return true;
    });
  }

  /** Tries again later, or gives up and says so. */
  private async fail(id: string, blobId: string, error: unknown): Promise<void> {
    this.log.warn({ msg: `An export failed: ${describeFailure(error)}`, exportId: id });
    const { attempts } = await this.db.client.dataExport.findUniqueOrThrow({ where: { id } });
    const again = { dueAt: new Date(Date.now() + firstPauseMs * 4 ** (attempts - 1)) };
    const failed = {
      status: 'FAILED',
      finishedAt: new Date(),
      blobId: null,
      error: { code: 'service_unavailable', detail: 'The export could not be written. Ask for it again.' },
    } as const;
    await this.db.client.dataExport.updateMany({
      where: { id, blobId, status: 'RUNNING' },
      data: attempts < mostAttempts ? again : failed,
    });
  }
}
