import { pipeline } from 'node:stream';
import type { IncomingFile } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { AttachmentSettings } from './attachment-settings.js';
import { AttachmentStore } from './attachment-store.js';
import type { FileFacts } from './attachments.queries.js';
import { Inspection } from './inspection.js';
import type { StorageRoom } from './storage-usage.js';

/** From the socket through the inspection into the store, a piece at a time. */
@Injectable()
export class AttachmentIntake {
  constructor(
    private readonly settings: AttachmentSettings,
    private readonly store: AttachmentStore,
  ) {}

  /** Throws AttachmentTooLarge, AttachmentInfected, StorageLimit, ServiceUnavailable. */
  async keep(id: string, { bytes }: IncomingFile, room: StorageRoom): Promise<FileFacts> {
    const inspection = new Inspection(this.settings.scanner?.begin(), room);
    pipeline(bytes, inspection, () => undefined); // Passes on how it ends: the store is told by what it reads.
    await this.store.put(id, inspection);
    return inspection.facts();
  }
}
