import type { Tenant } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { installationName } from '../configuration/tokens.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import {
  formerDatabaseName,
  formerMarker,
  ownershipMarker,
  scratchDatabaseName,
  scratchMarker,
  tenantRoleNames,
  warmMarker,
} from '../tenant-databases/names.js';
import { dropTenantDatabase, ForeignDatabase } from '../tenant-databases/tenant-database.js';
import { TenantFiles } from '../tenant-databases/tenant-files.js';
import { dropRole } from '../tenant-databases/tenant-role.js';

/** A tenant's resources outside of the control database: files, a database, login roles. */
@Injectable()
export class TenantResources {
  constructor(
    private readonly servers: ServerConnections,
    private readonly files: TenantFiles,
    @Inject(installationName) private readonly installation: string,
  ) {}

  /** Repeatable from any point at which it stopped. */
  async drop({ id, serverId, databaseName, activatedAt }: Tenant): Promise<void> {
    await this.files.deleteAll(id);
    const server = await this.servers.server(serverId);
    const markers = [ownershipMarker(this.installation, id), warmMarker(this.installation)] as const;
    await dropTenantDatabase(server.admin, databaseName, ...markers).catch((error: unknown) => {
      // If the tenant was never active, a foreign database is not its to drop, and no reason to keep the tenant.
      if (!(error instanceof ForeignDatabase) || activatedAt !== null) throw error;
    });
    await dropTenantDatabase(server.admin, formerDatabaseName(id), formerMarker(markers[0]));
    await dropTenantDatabase(
      server.admin,
      scratchDatabaseName(this.installation, id),
      scratchMarker(this.installation),
    );
    for (const role of tenantRoleNames(id)) await dropRole(server, role, databaseName);
  }
}
