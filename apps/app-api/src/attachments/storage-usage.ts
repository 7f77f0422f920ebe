import { encodeStored, TenantCatalog, usageChannel } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { TenantContext, TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import { Injectable, Logger } from '@nestjs/common';
import { Metering } from '../metering/metering.js';

/** In bytes: what may still be stored, of the limit that a helpdesk has. */
export interface StorageRoom {
  readonly room: number;
  readonly limit: number;
}

/** How many bytes of files the current tenant stores. Triggers count them: see the migration storage_usage. */
@Injectable()
export class StorageUsage {
  private readonly log = new Logger('StorageUsage');
  /** By tenant: what is being told, and what is told after it, which has not read yet. */
  private readonly telling = new Map<string, Promise<void>>();
  private readonly toTell = new Map<string, Promise<void>>();

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly catalog: TenantCatalog,
    private readonly metering: Metering,
  ) {}

  /** Within a transaction that has changed files: the row stays locked until it ends, so nobody else fills the same room. */
  async bytes(db: TenantPrisma = this.db.client): Promise<number> {
    return Number((await db.storageUsage.findUniqueOrThrow({ where: { id: 1 } })).bytes);
  }

  /** What the tenant may still store, as of now. */
  async room(): Promise<StorageRoom> {
    const { storageBytes: limit } = this.context.current.tenant;
    return { room: limit - (await this.bytes()), limit };
  }

  /**
   * Tells the control plane what it is now, once that is committed. Those who have something to tell while it is being told are told of
   * together, afterwards. What cannot be told is told with the next change.
   */
  tell(): Promise<void> {
    const { id } = this.context.current.tenant;
    const waiting = this.toTell.get(id);
    if (waiting !== undefined) return waiting;
    const before = this.telling.get(id);
    if (before === undefined) return this.tellNow(id);
    const next = before.then(() => {
      this.toTell.delete(id);
      return this.tellNow(id);
    });
    this.toTell.set(id, next);
    return next;
  }

  private tellNow(tenantId: string): Promise<void> {
    const told = this.notify(tenantId).finally(() => {
      if (this.telling.get(tenantId) === told) this.telling.delete(tenantId);
    });
    this.telling.set(tenantId, told);
    return told;
  }

  private async notify(tenantId: string): Promise<void> {
    try {
      const { bytes, revision } = await this.db.client.storageUsage.findUniqueOrThrow({ where: { id: 1 } });
      this.metering.stored({ tenantId, bytes, revision });
      for (const payload of encodeStored([{ tenantId, bytes, revision }]))
        await this.catalog.notify(usageChannel, payload);
    } catch (error) {
      this.log.warn({ msg: `The control plane is not told what is stored: ${describeFailure(error)}`, tenantId });
    }
  }
}
