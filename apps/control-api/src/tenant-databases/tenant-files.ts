import type { BlobStore } from '@helpdeskly/storage';

/** Tenants' attachments. */
export class TenantFiles {
  /** If `store` is undefined, this process has no storage and deletes no attachments. */
  constructor(readonly store: BlobStore | undefined) {}

  /** Deletes every file of a tenant. Repeatable. */
  async deleteAll(tenantId: string): Promise<void> {
    await this.store?.deleteSpace(tenantId);
  }
}
