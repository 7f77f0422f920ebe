import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AttachmentStore } from './attachment-store.js';

const prefix = 'due-';

/** A tenant in which something may have to be removed since `day`. */
export interface DueTenant {
  readonly day: string;
  readonly tenantId: string;
}

/**
 * In which tenants something was uploaded or given up, by day (UTC), kept beside the bytes. The sweep reads it in place of
 * ten thousand databases. A day's entries are written on that day alone, so that whoever takes one out later never takes
 * out what has just been written.
 */
@Injectable()
export class SweepIndex {
  private readonly noted = new LRUCache<string, true>({ max: 20_000 });
  /** Entries that are being written: of uploads that come at once one writes, and the others wait for it. */
  private readonly writing = new Map<string, Promise<void>>();

  constructor(private readonly store: AttachmentStore) {}

  /** Written once a day by each process. Throws ServiceUnavailable. */
  async note(tenantId: string, now = new Date()): Promise<void> {
    const due = { day: dayOf(now), tenantId };
    const key = `${due.day}/${tenantId}`;
    if (this.noted.has(key)) return;
    const writing = this.writing.get(key) ?? this.write(due).finally(() => this.writing.delete(key));
    this.writing.set(key, writing);
    await writing;
    this.noted.set(key, true);
  }

  /** Once more when it fails: another process that writes the same entry may have taken the half-written one away. */
  private async write(due: DueTenant): Promise<void> {
    const put = () => this.store.blobs.put(addressOf(due), Readable.from([]));
    await put().catch(put);
  }

  /** Those of days that ended more than a day before `now`: what was uploaded then is older than a day. */
  async *due(now: Date): AsyncGenerator<DueTenant> {
    const today = dayOf(new Date(now.getTime() - 24 * 3_600_000));
    for await (const space of this.store.blobs.spaces(prefix)) {
      const day = space.slice(prefix.length);
      if (day >= today) continue;
      for await (const tenantId of this.store.blobs.names(space)) yield { day, tenantId };
    }
  }

  async settle(due: DueTenant): Promise<void> {
    await this.store.blobs.delete(addressOf(due));
  }
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10);

const addressOf = ({ day, tenantId }: DueTenant) => ({ space: `${prefix}${day}`, name: tenantId });
