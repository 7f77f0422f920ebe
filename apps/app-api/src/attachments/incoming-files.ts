import { pipeline, Readable } from 'node:stream';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import { complete, reserve, type FileFacts } from './attachments.queries.js';
import { plainFileName } from './file-name.js';
import { Inspection } from './inspection.js';
import type { StorageRoom } from './storage-usage.js';
import { SweepIndex } from './sweep-index.js';

/** A file that came by no upload. */
export interface IncomingFileBytes {
  readonly fileName: string;
  readonly bytes: Buffer;
}

/** One whose bytes are stored; the sweep removes it unless it is given to something. */
export interface KeptFile {
  readonly id: string;
  readonly facts: FileFacts;
}

/** What files belong to. */
export type FileOwner = { readonly commentId: string } | { readonly openingOfId: string };

/** Its message was let in whole, with all that is in it. */
const room = { room: Infinity, limit: Infinity };

/** Files that a mail brings: stored before the transaction that gives them to a comment, or to the opening of a ticket. */
@Injectable()
export class IncomingFiles {
  constructor(
    private readonly db: TenantDatabase,
    private readonly settings: AttachmentSettings,
    private readonly store: AttachmentStore,
    private readonly index: SweepIndex,
  ) {}

  /** Throws AttachmentInfected, StorageUnavailable, ServiceUnavailable. */
  async keep(uploaderId: string, files: readonly IncomingFileBytes[]): Promise<readonly KeptFile[]> {
    if (files.length > 0) await this.index.note(); // Before there is anything that it would have to lead to.
    const kept: KeptFile[] = [];
    for (const { fileName, bytes } of files)
      kept.push(await this.inspected(uploaderId, fileName, Readable.from([bytes]), room));
    return kept;
  }

  /** One that arrives a piece at a time. Throws AttachmentTooLarge, AttachmentInfected, StorageLimit, StorageUnavailable, ServiceUnavailable. */
  async keepStream(uploaderId: string, fileName: string, bytes: Readable, space: StorageRoom): Promise<KeptFile> {
    await this.index.note();
    return this.inspected(uploaderId, fileName, bytes, space);
  }

  private async inspected(
    uploaderId: string,
    fileName: string,
    bytes: Readable,
    space: StorageRoom,
  ): Promise<KeptFile> {
    const inspection = new Inspection(this.settings.scanner?.begin(), space);
    const id = await reserve(this.db.client, uploaderId, plainFileName(fileName));
    pipeline(bytes, inspection, () => undefined); // Passes on how it ends: the store is told by what it reads.
    await this.store.put(id, inspection);
    return { id, facts: await inspection.facts() };
  }

  /** Gives kept files to their owner; `inline` are those that its HTML shows. */
  async give(
    tx: Prisma.TransactionClient,
    kept: readonly KeptFile[],
    owner: FileOwner,
    inline: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    for (const { id, facts } of kept) {
      await complete(tx, id, facts);
      await tx.attachment.update({ where: { id }, data: { ...owner, inline: inline.has(id) }, select: { id: true } });
    }
    return kept.map(({ id }) => id);
  }
}
