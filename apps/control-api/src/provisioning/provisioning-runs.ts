import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { migratorName } from '../server-connections/tenant-server.js';
import { DatabaseSource } from './database-source.js';
import { LoginRoles } from './login-roles.js';
import type { NewTenant } from './new-tenant.js';
import { SharedConnection, type ProvisioningRun } from './provisioning-run.js';

/** Creates a ProvisioningRun for a tenant. */
@Injectable()
export class ProvisioningRuns {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly source: DatabaseSource,
    private readonly roles: LoginRoles,
  ) {}

  async open(tenant: NewTenant): Promise<ProvisioningRun> {
    const { control, source, roles } = this;
    const server = await this.servers.server(tenant.serverId);
    return {
      tenant,
      server,
      control,
      source,
      roles,
      template: source.templateOn(server),
      database: new SharedConnection(() => server.connect(tenant.databaseName, undefined, migratorName)),
      marker: roles.markerOf(tenant),
    };
  }
}
