import type { Archive } from '@helpdeskly/archive';
import { ControlDatabase, type Backup } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { RestoredDatabases } from './restored-databases.js';

/** Databases in which an archive is restored to see whether it can be. */
@Injectable()
export class ScratchDatabases {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly restored: RestoredDatabases,
  ) {}

  /** Restores an archive, compares every table with it, and drops the database in every case. Throws ArchiveInvalid, StorageUnavailable. */
  async filled(backup: Backup, archive: Archive): Promise<void> {
    const serverId = await this.serverFor(backup);
    await this.servers.reach(serverId);
    await this.servers.breaker.beside(serverId, async () => {
      const server = await this.servers.server(serverId);
      await this.restored.fill(server, backup.id, archive);
      await this.restored.drop(server, backup.id);
    });
  }

  /** Drops what a run of the same verification left that died. */
  async drop(backup: Backup): Promise<void> {
    const serverId = await this.serverFor(backup);
    await this.servers.breaker.run(serverId, async () =>
      this.restored.drop(await this.servers.server(serverId), backup.id),
    );
  }

  /** The tenant's own server, which has its room; for a tenant that was purged, any. */
  private async serverFor({ tenantId }: Backup): Promise<string> {
    const tenant = await this.control.client.tenant.findUnique({ where: { id: tenantId }, select: { serverId: true } });
    const [active] = tenant === null ? await this.servers.ids('ACTIVE') : [tenant.serverId];
    if (active === undefined) throw new Error('no database server is ACTIVE');
    return active;
  }
}
