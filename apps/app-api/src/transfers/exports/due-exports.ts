import { TenantDatabase } from '@helpdeskly/tenancy';
import type { DataExport } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { ExportWriting } from './export-writing.js';

/** Those that wait for something to be done at `dueAt`: to be written, or their bytes to be removed. */
const open = {
  OR: [
    { status: { in: ['PENDING', 'RUNNING', 'DONE'] as ('PENDING' | 'RUNNING' | 'DONE')[] } },
    { status: 'FAILED' as const, blobId: { not: null } },
  ],
};

/** What is due of the current tenant's exports: to be written, or to be removed. */
@Injectable()
export class DueExports {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writing: ExportWriting,
    private readonly store: AttachmentStore,
  ) {}

  /** Does one thing that is due; answers in how many milliseconds the next one is. */
  async work(): Promise<number | undefined> {
    const due = await this.db.client.dataExport.findFirst({
      where: { ...open, dueAt: { lte: new Date() } },
      orderBy: { dueAt: 'asc' },
    });
    const isWritten = due?.status === 'PENDING' || due?.status === 'RUNNING';
    if (due !== null) await (isWritten ? this.writing.attempt(due) : this.remove(due));
    return this.nextInMs();
  }

  /** In how many milliseconds something is due; undefined when nothing ever is. */
  async nextInMs(): Promise<number | undefined> {
    const next = await this.db.client.dataExport.findFirst({
      where: open,
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    });
    return next === null ? undefined : Math.max(0, next.dueAt.getTime() - Date.now());
  }

  /** The bytes go first: while they are there, the row says where. */
  private async remove({ id, blobId, status }: DataExport): Promise<void> {
    if (blobId !== null) await this.store.delete(blobId);
    await this.db.client.dataExport.updateMany({
      where: { id, status, blobId },
      data: { status: status === 'DONE' ? 'EXPIRED' : status, blobId: null },
    });
  }
}
