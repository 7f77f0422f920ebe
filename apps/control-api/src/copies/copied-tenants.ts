import type { Archive } from '@helpdeskly/archive';
import { openDataKey, openExportedDataKey, Secrets } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Archives } from '../archives/archives.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { hasDatabase, takeOver, type TenantDatabaseSpec } from '../tenant-databases/tenant-database.js';
import { ClonedTenants, type ClonedTenant as CopiedTenant } from './cloned-tenants.js';
import type { FreshStart } from './fresh-start.js';
import { RestoredTenants } from './restored-tenants.js';

/** Makes tenants of archives, and of other tenants. Every step is repeatable: until `adopt` the tenant has no database of its own. */
@Injectable()
export class CopiedTenants {
  constructor(
    private readonly archives: Archives,
    private readonly secrets: Secrets,
    private readonly restored: RestoredTenants,
    private readonly clones: ClonedTenants,
  ) {}

  /** Throws ArchiveInvalid, StorageUnavailable, MigrationFailed, and what ClonedTenants throws. */
  async fill(server: TenantServer, tenant: CopiedTenant, spec: TenantDatabaseSpec): Promise<void> {
    if (await hasDatabase(server.admin, spec)) return;
    if (tenant.copyKind !== 'RESTORE') return this.clones.fill(server, tenant);
    const archive = await this.open(tenant);
    await this.restored.fill(server, archive, this.startOf(tenant, archive));
  }

  /** Throws ArchiveInvalid, StorageUnavailable, and what ClonedTenants throws. */
  async restoreFiles(server: TenantServer, tenant: CopiedTenant, spec: TenantDatabaseSpec): Promise<void> {
    if (tenant.copyKind === 'RESTORE') return this.restored.files.restore(tenant.id, await this.open(tenant));
    const isAdopted = await hasDatabase(server.admin, spec);
    await this.clones.copyFiles(server, tenant, isAdopted ? spec.name : this.restored.nameFor(tenant.id));
  }

  /** Makes the filled database the tenant's. */
  async adopt(server: TenantServer, tenant: CopiedTenant, spec: TenantDatabaseSpec): Promise<void> {
    await takeOver(server.admin, this.restored.nameFor(tenant.id), spec);
  }

  private open({ copyOfId }: CopiedTenant): Promise<Archive> {
    return this.archives.openOf(copyOfId ?? '');
  }

  private startOf({ id: tenantId, copyOfId, dataKeySecret }: CopiedTenant, { manifest }: Archive): FreshStart {
    if (dataKeySecret === null) throw new Error('the tenant has no data key');
    const { dataKey } = manifest.tenant;
    const from = dataKey === null ? null : openExportedDataKey(dataKey);
    return {
      tenantId,
      copy: { from, to: openDataKey(this.secrets, tenantId, dataKeySecret) },
      told: restoredFrom(copyOfId ?? '', manifest),
    };
  }
}

/** What a helpdesk is told of that was filled from an archive. */
export function restoredFrom(backupId: string, { takenAt }: Archive['manifest']): FreshStart['told'] {
  return { type: 'RESTORED_BY_OPERATOR', details: { backupId, takenAt } };
}
