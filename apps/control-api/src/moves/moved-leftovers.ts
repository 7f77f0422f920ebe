import type { Tenant } from '@helpdeskly/catalog';
import { Inject, Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import { installationName } from '../configuration/tokens.js';
import { makeWritable } from '../restores/closed-database.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { despiteContention } from '../tenant-databases/contention.js';
import {
  movedDatabaseName,
  movedMarker,
  ownershipMarker,
  scratchDatabaseName,
  scratchMarker,
  tenantRoleNames,
} from '../tenant-databases/names.js';
import { dropChangeSlot } from '../tenant-databases/change-slots.js';
import { dropTenantDatabase, hasDatabase } from '../tenant-databases/tenant-database.js';
import { dropRole } from '../tenant-databases/tenant-role.js';

type Moved = Pick<Tenant, 'id' | 'databaseName'>;

/** What moves leave on servers, and take away again. Everything is repeatable. */
@Injectable()
export class MovedLeftovers {
  constructor(@Inject(installationName) private readonly installation: string) {}

  /** The name that a copy has until it is the tenant's database. */
  copyName({ id }: Pick<Tenant, 'id'>): string {
    return scratchDatabaseName(this.installation, id);
  }

  /** On the server that a tenant has not moved to: a copy that has the tenant's name already is only a copy again. */
  async disown({ brief }: TenantServer, tenant: Moved): Promise<void> {
    const marker = ownershipMarker(this.installation, tenant.id);
    if (!(await hasDatabase(brief, { name: tenant.databaseName, marker }))) return;
    const [name, copy] = [escapeIdentifier(tenant.databaseName), escapeIdentifier(this.copyName(tenant))];
    await brief.query(`
      ALTER DATABASE ${name} RENAME TO ${copy};
      COMMENT ON DATABASE ${copy} IS '${scratchMarker(this.installation)}';`);
  }

  /** On the same server: the copy, and the login roles. */
  async clearTarget(server: TenantServer, tenant: Moved): Promise<void> {
    await dropTenantDatabase(server.admin, this.copyName(tenant), scratchMarker(this.installation));
    for (const role of tenantRoleNames(tenant.id)) await dropRole(server, role, tenant.databaseName);
  }

  /** On the server that has it: what keeps its changes. */
  async clearChanges(server: TenantServer, { id, databaseName }: Moved): Promise<void> {
    await dropChangeSlot(server, id, databaseName);
  }

  /** On the server that it has left: the database is out of the way, and nobody can log in to it. */
  async setAside(server: TenantServer, tenant: Moved): Promise<void> {
    const marker = ownershipMarker(this.installation, tenant.id);
    const [name, aside] = [escapeIdentifier(tenant.databaseName), escapeIdentifier(movedDatabaseName(tenant.id))];
    const isThere = await hasDatabase(server.admin, { name: tenant.databaseName, marker });
    if (isThere) await makeWritable(server.admin, tenant.databaseName); // What is left to do writes.
    await this.clearChanges(server, tenant);
    if (isThere) {
      await this.dropMoved(server, tenant.id); // Of an earlier move.
      await despiteContention(() =>
        server.admin.query(`
          ALTER DATABASE ${name} RENAME TO ${aside};
          COMMENT ON DATABASE ${aside} IS '${movedMarker(marker)}';`),
      );
    }
    for (const role of tenantRoleNames(tenant.id)) await dropRole(server, role, movedDatabaseName(tenant.id));
  }

  /** Drops the database that a tenant has left behind. */
  async dropMoved(server: TenantServer, tenantId: string): Promise<void> {
    const marker = movedMarker(ownershipMarker(this.installation, tenantId));
    await dropTenantDatabase(server.admin, movedDatabaseName(tenantId), marker);
  }
}
