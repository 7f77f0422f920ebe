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

/** What an attempt writes, and its number: whoever has a smaller one is not the last any more. */
interface Attempt {
  readonly id: string;
  readonly blobId: string;
  readonly attempts: number;
}

/**
 * Writes an export. Each attempt has an address of its own, which is recorded before a byte is written: a worker that dies leaves an
 * attempt that the next one removes, and one that was only slow finds out that its attempt is not the last. The row names the former
 * bytes until they are deleted. An attempt counts when it begins, so that an export that kills its workers ends, too.
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
  async attempt({ id, blobId: former, requestedById, attempts: before }: DataExport): Promise<void> {
    const { dataExport } = this.db.client;
    const found = { id, status: { in: ['PENDING', 'RUNNING'] as ('PENDING' | 'RUNNING')[] }, attempts: before };
    if (before >= mostAttempts) {
      this.log.warn({ msg: 'An export was given up: its workers died.', exportId: id });
      await dataExport.updateMany({ where: found, data: gaveUp() });
      return;
    }
    const attempts = before + 1;
    const taken = await dataExport.updateMany({
      where: found,
      data: { status: 'RUNNING', rows: 0, total: null, attempts },
    });
    if (taken.count === 0) return;
    if (former !== null) await this.store.delete(former);
    const mine = { id, blobId: randomUUID(), attempts };
    const { blobId } = mine;
    const begun = await dataExport.updateMany({ where: { id, attempts, status: 'RUNNING' }, data: { blobId } });
    if (begun.count === 0) return;
    try {
      const written = await this.archive.write(blobId, this.progressOf(mine));
      if (!(await this.finish(mine, requestedById, written))) throw new Superseded();
    } catch (error) {
      await this.store.delete(blobId).catch(() => undefined); // The row names it: the next attempt, or the removal, tries again.
      if (!(error instanceof Superseded)) await this.fail(mine, error);
    }
  }

  private progressOf({ id, attempts }: Attempt) {
    let toldAt = 0;
    return async (rows: bigint, total: bigint): Promise<void> => {
      if (Date.now() - toldAt < toldEveryMs) return;
      toldAt = Date.now();
      const { count } = await this.db.client.dataExport.updateMany({
        where: { id, attempts, status: 'RUNNING' },
        data: { rows, total },
      });
      if (count === 0) throw new Superseded();
    };
  }

  /** Whether this attempt was the last one. */
  private finish(
    { id, attempts }: Attempt,
    requestedById: string,
    { size, sha256, snapshotAt, rows }: WrittenExport,
  ): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const now = new Date();
      const expiresAt = new Date(now.getTime() + keptMs);
      const done = { status: 'DONE', size, sha256: new Uint8Array(sha256), snapshotAt, error: undefined } as const;
      const { count } = await tx.dataExport.updateMany({
        where: { id, attempts, status: 'RUNNING' },
        data: { ...done, rows, total: rows, finishedAt: now, expiresAt, dueAt: expiresAt },
      });
      if (count === 0) return false;
      await this.notices.tell(tx, id, requestedById);
      return true;
    });
  }

  /** Tries again later, or gives up and says so. */
  private async fail({ id, attempts }: Attempt, error: unknown): Promise<void> {
    this.log.warn({ msg: `An export failed: ${describeFailure(error)}`, exportId: id });
    const again = { dueAt: new Date(Date.now() + firstPauseMs * 4 ** (attempts - 1)) };
    await this.db.client.dataExport.updateMany({
      where: { id, attempts, status: 'RUNNING' },
      data: attempts < mostAttempts ? again : gaveUp(),
    });
  }
}

/** The bytes are named until the removal, which is due at once, has deleted them. */
function gaveUp() {
  const now = new Date();
  const error = { code: 'service_unavailable', detail: 'The export could not be written. Ask for it again.' };
  return { status: 'FAILED', finishedAt: now, dueAt: now, error } as const;
}
