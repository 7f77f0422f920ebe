import type { BlobStore } from '@helpdeskly/storage';

/** The files that tenants attached. */
export class TenantFiles {
  /** `store` is undefined when no storage is configured here: attachments stay where they are then. */
  constructor(private readonly store: BlobStore | undefined) {}

  /** Deletes every file of a tenant's. Repeatable. */
  async deleteAll(tenantId: string): Promise<void> {
    await this.store?.deleteSpace(tenantId);
  }
}
