import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from '../../attachments/attachment-store.js';
import { ExportWriting } from './export-writing.js';

/** Those that wait for something to be done at `dueAt`. */
const open = { status: { in: ['PENDING', 'RUNNING', 'DONE'] as ('PENDING' | 'RUNNING' | 'DONE')[] } };

/** What is due of the current tenant's exports: to be written, or to be removed. */
@Injectable()
export class DueExports {
  constructor(
    private readonly db: TenantDatabase,
    private readonly writing: ExportWriting,
    private readonly store: AttachmentStore,
  ) {}

  /** Does one thing that is due; answers when the next one is. */
  async work(now = new Date()): Promise<Date | undefined> {
    const due = await this.db.client.dataExport.findFirst({
      where: { ...open, dueAt: { lte: now } },
      orderBy: { dueAt: 'asc' },
    });
    if (due !== null) await (due.status === 'DONE' ? this.expire(due.id, due.blobId) : this.writing.attempt(due));
    return this.nextAt();
  }

  async nextAt(): Promise<Date | undefined> {
    const next = await this.db.client.dataExport.findFirst({
      where: open,
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    });
    return next?.dueAt;
  }

  /** The bytes go first: while they are there, the row says where. */
  private async expire(id: string, blobId: string | null): Promise<void> {
    if (blobId !== null) await this.store.delete(blobId);
    await this.db.client.dataExport.updateMany({
      where: { id, status: 'DONE' },
      data: { status: 'EXPIRED', blobId: null },
    });
  }
}
