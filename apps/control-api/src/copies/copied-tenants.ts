import type { Archive } from '@helpdeskly/archive';
import { openDataKey, openExportedDataKey, Secrets, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Archives } from '../archives/archives.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { hasDatabase, takeOver, type TenantDatabaseSpec } from '../tenant-databases/tenant-database.js';
import type { FreshStart } from './fresh-start.js';
import { RestoredTenants } from './restored-tenants.js';

/** A tenant whose database is filled from the archive of a backup. */
export type CopiedTenant = Pick<Tenant, 'id' | 'copyOfId' | 'dataKeySecret'>;

/** Makes tenants of archives. Every step is repeatable: until `adopt` the tenant has no database of its own. */
@Injectable()
export class CopiedTenants {
  constructor(
    private readonly archives: Archives,
    private readonly secrets: Secrets,
    private readonly restored: RestoredTenants,
  ) {}

  /** Throws ArchiveInvalid, StorageUnavailable, MigrationFailed. */
  async fill(server: TenantServer, tenant: CopiedTenant, spec: TenantDatabaseSpec): Promise<void> {
    if (await hasDatabase(server.admin, spec)) return;
    const archive = await this.open(tenant);
    await this.restored.fill(server, archive, this.startOf(tenant, archive));
  }

  /** Throws ArchiveInvalid, StorageUnavailable. */
  async restoreFiles(tenant: CopiedTenant): Promise<void> {
    await this.restored.restoreFiles(tenant.id, await this.open(tenant));
  }

  /** Makes the filled database the tenant's. */
  async adopt(server: TenantServer, tenant: CopiedTenant, spec: TenantDatabaseSpec): Promise<void> {
    await takeOver(server.admin, this.restored.nameFor(tenant.id), spec);
  }

  private open({ copyOfId }: CopiedTenant): Promise<Archive> {
    return this.archives.openOf(copyOfId ?? '');
  }

  private startOf({ id: tenantId, dataKeySecret }: CopiedTenant, { manifest }: Archive): FreshStart {
    if (dataKeySecret === null) throw new Error('the tenant has no data key');
    const { dataKey } = manifest.tenant;
    const from = dataKey === null ? null : openExportedDataKey(dataKey);
    return { tenantId, copy: { from, to: openDataKey(this.secrets, tenantId, dataKeySecret) } };
  }
}
