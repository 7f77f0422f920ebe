import type { Readable } from 'node:stream';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AttachmentStore } from './attachment-store.js';
import { attachmentColumns, isThere, type Attachment } from './attachment-view.js';

export type CommentFile = Pick<Attachment, 'id' | 'fileName' | 'contentType' | 'size'>;

/** The files of comments, for those who give them to somebody who may see the comment. */
@Injectable()
export class CommentFiles {
  constructor(
    private readonly db: TenantDatabase,
    private readonly store: AttachmentStore,
  ) {}

  /** In the order in which they were uploaded; a mail as it came is for the staff alone, never sent on. */
  list(commentId: string): Promise<CommentFile[]> {
    return this.db.client.$queryRaw<CommentFile[]>`
      SELECT ${attachmentColumns} FROM "Attachment" f WHERE f."commentId" = ${commentId}::uuid AND NOT f."raw" AND ${isThere}
       ORDER BY f."id"`;
  }

  /** Throws StorageUnavailable. */
  bytes(file: CommentFile): Promise<Readable> {
    return this.store.get(file.id);
  }
}
