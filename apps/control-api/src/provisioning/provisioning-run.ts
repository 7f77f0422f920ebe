import type { ControlDatabase } from '@helpdeskly/catalog';
import type { Client } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import type { ChosenTemplate, DatabaseSource } from './database-source.js';
import type { LoginRoles } from './login-roles.js';
import type { NewTenant } from './new-tenant.js';

/** One run of the steps for one tenant. */
export interface ProvisioningRun {
  readonly tenant: NewTenant;
  readonly server: TenantServer;
  /** The tenant's database as the server's administrator: one connection, which the first step that needs it opens. */
  readonly database: SharedConnection;
  readonly control: ControlDatabase;
  readonly source: DatabaseSource;
  readonly template: ChosenTemplate;
  readonly roles: LoginRoles;
  /** See ownershipMarker. */
  readonly marker: string;
}

export class SharedConnection {
  private opened: Client | undefined;

  constructor(private readonly open: () => Promise<Client>) {}

  async get(): Promise<Client> {
    return (this.opened ??= await this.open());
  }

  async close(): Promise<void> {
    await this.opened?.end();
    this.opened = undefined;
  }
}
