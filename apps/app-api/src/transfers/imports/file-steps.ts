import { DomainError } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { IncomingFiles, type KeptFile } from '../../attachments/incoming-files.js';
import { AttachmentTooLarge, largestAttachment, StorageLimit } from '../../attachments/errors.js';
import { StorageUsage, type StorageRoom } from '../../attachments/storage-usage.js';
import { RowRefused } from './errors.js';
import { explained, type ImportArchive } from './import-archive.js';
import { assertKnown, type ImportBatch, type PlacedRow } from './import-batch.js';
import type { WantedFile } from './wanted-rows.js';

/** What became of a file's bytes, by its id in the archive. */
export type StoredFiles = ReadonlyMap<string, KeptFile | RowRefused>;

/** Codes of what a file itself is to blame for, each with the code of its refusal. */
const ofTheFile: Readonly<Record<string, string>> = {
  storage_limit: 'storage_limit',
  payload_too_large: 'payload_too_large',
  attachment_infected: 'attachment_infected',
  archive_invalid: 'file_damaged', // The rest of the archive may be sound.
};

/** Files of an archive: their bytes are stored before the transaction that gives them to a comment. */
@Injectable()
export class FileSteps {
  constructor(
    private readonly incoming: IncomingFiles,
    private readonly storage: StorageUsage,
  ) {}

  /** Those that are not given to anything afterwards are swept. Throws what is not to be blamed on a file. */
  async store(archive: ImportArchive, actorId: string, rows: readonly PlacedRow<WantedFile>[]): Promise<StoredFiles> {
    const stored = new Map<string, KeptFile | RowRefused>();
    if (rows.length === 0) return stored;
    const space = { ...(await this.storage.room()) };
    for (const { row } of rows) {
      if (!archive.has(row.entry)) continue;
      try {
        const bytes = await archive.open(row.entry);
        const kept = await this.incoming.keepStream(actorId, row.fileName, bytes, space);
        const isWhole = kept.facts.sha256.toString('hex') === row.sha256;
        const damaged = () => new RowRefused('file_damaged', 'The bytes of the file do not have its SHA-256.');
        stored.set(row.sourceId, isWhole ? kept : damaged());
        if (isWhole) space.room -= kept.facts.size; // It is counted when the batch commits.
      } catch (thrown) {
        const error = explained(thrown);
        if (!(error instanceof DomainError)) throw error;
        const code = ofTheFile[error.code];
        if (code === undefined) throw error;
        stored.set(row.sourceId, new RowRefused(code, error.message));
      }
    }
    return stored;
  }

  async apply(batch: ImportBatch, rows: readonly PlacedRow<WantedFile>[], archive: ImportArchive, stored: StoredFiles) {
    const uploaders = rows.map(({ row }) => row.uploaderId);
    const users = await batch.targets('user', uploaders);
    const opened = rows.map(({ row }) => row.openingOfId);
    const tickets = await batch.targets('ticket', opened);
    const named = rows.map(({ row }) => row.commentId);
    const comments = await batch.targets('comment', named);
    const space = batch.isDryRun ? await this.storage.room() : { room: Infinity, limit: Infinity };
    const sound = batch.sound(await batch.unseen('file', rows), (row) => {
      if (!archive.has(row.entry)) throw new RowRefused('file_missing', `The archive has no file ${row.entry}.`);
      assertKnown(users, 'uploaderId', row.uploaderId);
      assertKnown(tickets, 'openingOfId', row.openingOfId);
      assertKnown(comments, 'commentId', row.commentId);
      if (row.commentId === null && row.openingOfId === null)
        throw new RowRefused('required', 'The file belongs to no comment and no ticket.');
      const kept = stored.get(row.sourceId);
      if (kept instanceof RowRefused) throw kept;
      if (batch.isDryRun) takeRoom(batch, archive.sizeOf(row.entry), space);
    });
    batch.accept('files', sound.length);
    await batch.remember(
      'file',
      sound.map(({ row }) => [row.sourceId, batch.of.importId] as const),
    );
    for (const { row } of sound) {
      const kept = stored.get(row.sourceId);
      if (kept === undefined || kept instanceof RowRefused) continue; // A dry run stores nothing.
      const owner =
        row.commentId === null
          ? { openingOfId: tickets.get(row.openingOfId ?? '') as string }
          : { commentId: comments.get(row.commentId) as string };
      await this.incoming.give(batch.tx, [kept], owner, new Set(row.isInline ? [kept.id] : []));
      await batch.tx.attachment.update({
        where: { id: kept.id },
        data: { uploaderId: users.get(row.uploaderId) as string, createdAt: row.createdAt },
        select: { id: true },
      });
    }
  }

  /** Tells the control plane what is stored now. */
  tell(): Promise<void> {
    return this.storage.tell();
  }
}

/** What the run would refuse for its size, the dry run does. Throws RowRefused. */
function takeRoom(batch: ImportBatch, size: number, { room, limit }: StorageRoom): void {
  const tooLarge = size > largestAttachment ? new AttachmentTooLarge() : undefined;
  const over = Number(batch.fileBytes) + size > room ? new StorageLimit(limit) : undefined;
  const error = tooLarge ?? over;
  if (error !== undefined) throw new RowRefused(error.code, error.message);
  batch.fileBytes += BigInt(size);
}
