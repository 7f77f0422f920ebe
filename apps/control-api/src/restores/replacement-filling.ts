import { ArchiveInvalid, type Archive } from '@helpdeskly/archive';
import { exportDataKey, Secrets, type Tenant, type TenantRestore } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Archives } from '../archives/archives.js';
import { restoredFrom } from '../copies/copied-tenants.js';
import { RestoredTenants } from '../copies/restored-tenants.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import type { TenantServer } from '../server-connections/tenant-server.js';

/** Fills the database that takes the place of a tenant's. */
@Injectable()
export class ReplacementFilling {
  constructor(
    private readonly servers: ServerConnections,
    private readonly archives: Archives,
    private readonly restored: RestoredTenants,
    private readonly secrets: Secrets,
  ) {}

  /** Throws at once or within seconds if the tenant's server does not answer. */
  async reach({ serverId }: Tenant): Promise<void> {
    await this.servers.reach(serverId);
  }

  /** Throws ArchiveInvalid, StorageUnavailable, MigrationFailed. */
  async fill({ step, backupId }: TenantRestore, tenant: Tenant): Promise<void> {
    await this.servers.breaker.beside(tenant.serverId, async () => {
      const server = await this.servers.server(tenant.serverId);
      if (step === 'SWITCHING') return this.restored.renew(server, tenant.id);
      const archive = await this.archives.openOf(backupId);
      this.assertOwnKey(archive.manifest.tenant.dataKey, tenant);
      await this.restored.fill(server, archive, {
        tenantId: tenant.id,
        told: restoredFrom(backupId, archive.manifest),
      });
      await this.restored.files.restore(tenant.id, archive);
    });
  }

  /** Does `work` while there is a database with what the archive holds, which is dropped then. Throws what `fill` throws. */
  async aside(
    { backupId }: TenantRestore,
    tenant: Tenant,
    work: (server: TenantServer, archive: Archive) => Promise<void>,
  ): Promise<void> {
    await this.servers.breaker.beside(tenant.serverId, async () => {
      const server = await this.servers.server(tenant.serverId);
      const archive = await this.archives.openOf(backupId);
      try {
        await this.restored.fillAside(server, tenant.id, archive);
        await work(server, archive);
      } finally {
        await this.restored.drop(server, tenant.id);
      }
    });
  }

  serverOf({ serverId }: Tenant): Promise<TenantServer> {
    return this.servers.server(serverId);
  }

  /** Drops what was filled. */
  async drop({ id, serverId }: Tenant): Promise<void> {
    await this.restored.drop(await this.servers.server(serverId), id);
  }

  /** A tenant's data key never changes: what another one has sealed would be lost. */
  private assertOwnKey(archived: string | null, { id, dataKeySecret }: Tenant): void {
    const own = dataKeySecret === null ? null : exportDataKey(this.secrets, id, dataKeySecret);
    if (archived !== null && archived !== own)
      throw new ArchiveInvalid('its secrets are sealed by another key than the tenant has');
  }
}
