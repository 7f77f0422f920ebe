import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Poolers } from '../pooler/poolers.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { dropRole, shutRole, usersOfRole } from '../tenant-databases/tenant-role.js';
import { retireAfterMs } from './lifecycle-delays.js';

/** How long a former credential stays at most while somebody still uses it. */
const patienceMs = 40_000;

/** The login role before a tenant's rotation. */
@Injectable()
export class FormerRole {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
  ) {}

  /** Drops the role, once nobody uses it. Repeatable. */
  async retire(tenant: Tenant): Promise<void> {
    const { formerRoleName: former, credentialsChangedAt } = tenant;
    if (former === null || credentialsChangedAt === null) return;
    const server = await this.servers.server(tenant.serverId);
    const age = Date.now() - credentialsChangedAt.getTime();
    if (age < retireAfterMs) return; // The sweep tries again.
    if (age < patienceMs && (await usersOfRole(server.admin, former, server.isPooled)) > 0) return;
    await shutRole(server.admin, former);
    await dropRole(server, former, tenant.databaseName);
    await this.control.client.tenant.updateMany({
      where: { id: tenant.id, formerRoleName: former },
      data: { formerRoleName: null, formerRoleSecret: null, rotationRequestedAt: null, rotationError: null },
    });
    await this.poolers.publishSoon();
  }
}
