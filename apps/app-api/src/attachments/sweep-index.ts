import { Readable } from 'node:stream';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AttachmentStore } from './attachment-store.js';

const prefix = 'due-';

/** A tenant in which something may have to be removed: since `day`, or since this process failed to. */
export interface DueTenant {
  readonly day: string | undefined;
  readonly tenantId: string;
}

/** An entry beside the bytes. */
type Entry = DueTenant & { readonly day: string };

/**
 * In which tenants something was uploaded or given up, by day (UTC), kept beside the bytes. The sweep reads it in place of
 * ten thousand databases. A day's entries are written on that day alone, so that whoever takes one out later never takes
 * out what has just been written. What cannot be written, because the storage is away, this process remembers.
 */
@Injectable()
export class SweepIndex {
  private readonly noted = new LRUCache<string, true>({ max: 20_000 });
  /** Entries that are being written: of uploads that come at once one writes, and the others wait for it. */
  private readonly writing = new Map<string, Promise<void>>();
  /** Tenants in which this process failed to remove something. */
  private readonly remembered = new Set<string>();

  constructor(
    private readonly store: AttachmentStore,
    private readonly context: TenantContext,
  ) {}

  /** Writes down the current tenant, once a day by each process. Throws ServiceUnavailable. */
  async note(now = new Date()): Promise<void> {
    const due = { day: dayOf(now), tenantId: this.context.current.tenant.id };
    const key = `${due.day}/${due.tenantId}`;
    if (this.noted.has(key)) return;
    const writing = this.writing.get(key) ?? this.write(due).finally(() => this.writing.delete(key));
    this.writing.set(key, writing);
    await writing;
    this.noted.set(key, true);
  }

  /** Leaves the current tenant to the sweeps of this process. */
  remember(): void {
    this.remembered.add(this.context.current.tenant.id);
  }

  /** Once more when it fails: another process that writes the same entry may have taken the half-written one away. */
  private async write(due: Entry): Promise<void> {
    const put = () => this.store.blobs.put(addressOf(due), Readable.from([]));
    await put().catch(put);
  }

  /** Those that are remembered, and those of days that ended more than a day before `now`: what was uploaded then is older than a day. */
  async *due(now: Date): AsyncGenerator<DueTenant> {
    for (const tenantId of [...this.remembered]) yield { day: undefined, tenantId };
    const today = dayOf(new Date(now.getTime() - 24 * 3_600_000));
    for await (const space of this.store.blobs.spaces(prefix)) {
      const day = space.slice(prefix.length);
      if (day >= today) continue;
      for await (const tenantId of this.store.blobs.names(space)) yield { day, tenantId };
    }
  }

  /** Takes out a tenant that was swept, or is gone. */
  async settle({ day, tenantId }: DueTenant): Promise<void> {
    if (day === undefined) this.remembered.delete(tenantId);
    else await this.store.blobs.delete(addressOf({ day, tenantId }));
  }
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10);

const addressOf = ({ day, tenantId }: Entry) => ({ space: `${prefix}${day}`, name: tenantId });
