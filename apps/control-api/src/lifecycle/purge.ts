import type { Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { LifecycleQueue } from './lifecycle-queue.js';
import { TenantAccess } from './tenant-access.js';
import { TenantRecord } from './tenant-record.js';
import { TenantResources } from './tenant-resources.js';

/** Deletes everything of a tenant but the audit trail and a tombstone. */
@Injectable()
export class Purge {
  constructor(
    private readonly record: TenantRecord,
    private readonly access: TenantAccess,
    private readonly resources: TenantResources,
    private readonly queue: LifecycleQueue,
  ) {}

  /** Repeatable from any point at which it stopped; after its first step the tenant cannot be restored. */
  async purge(tenant: Tenant): Promise<void> {
    const { id, generation } = tenant;
    if (!(await this.record.beginPurge(tenant))) return;
    await this.access.shut(tenant);
    await this.resources.drop(tenant);
    const forgotten = Array.from({ length: 100 }, (_, age) => generation - age).filter((each) => each > 0);
    await this.queue.forget(id, forgotten);
    await this.record.delete(tenant);
  }
}
