import { Secrets, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Poolers } from '../pooler/poolers.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ensureTenantRole, grantDatabase } from '../tenant-databases/tenant-role.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';

/** The login role after a tenant's rotation. */
@Injectable()
export class NextRole {
  constructor(
    private readonly secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
    private readonly specs: TenantRoleSpecs,
  ) {}

  /** Creates the role, and tests it by logging in as app-api will. Repeatable. */
  async prepare(tenant: Tenant, name: string, sealed: string): Promise<void> {
    const credential = { name, password: this.secrets.open(sealed, tenant.id) };
    const server = await this.servers.server(tenant.serverId);
    await ensureTenantRole(server.admin, { ...this.specs.of(tenant, credential), login: tenant.accessOpen });
    await grantDatabase(server.admin, tenant.databaseName, name);
    await this.poolers.publishUsers();
    if (!tenant.accessOpen) return;
    const client = await server.connectAs(credential, tenant.databaseName);
    await client.query('SELECT FROM "TenantIdentity"').finally(() => client.end());
  }
}
