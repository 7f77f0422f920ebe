import type { ControlDatabase } from '@helpdeskly/catalog';
import type { Client } from 'pg';
import type { TenantServer } from '../server-connections/tenant-server.js';
import type { Poolers } from '../pooler/poolers.js';
import type { Template, TemplateDatabases } from '../tenant-databases/template-database.js';

import type { WarmDatabases } from '../warm-databases/warm-databases.js';

/** What the steps need to know of the tenant that they bring to life. */
export interface NewTenant {
  readonly id: string;
  readonly slug: string;
  readonly generation: number;
  readonly attempt: number;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly maxConnections: number;
  readonly adminEmail: string;
  readonly adminName: string;
  /** Null invites the admin, who then sets a password by a one-time link. */
  readonly adminPasswordHash: string | null;
}

/** One run of the steps over one tenant. */
export interface ProvisioningRun {
  readonly tenant: NewTenant;
  readonly server: TenantServer;
  /** The tenant's database as the server's administrator: one connection, opened by the first step that needs it. */
  readonly database: SharedConnection;
  readonly control: ControlDatabase;
  readonly template: ChosenTemplate;
  readonly poolers: Poolers;
  readonly warm: WarmDatabases;
  /** Throws SchemaMovedOn when a run that was begun meanwhile brings every tenant to a newer schema than that. */
  readonly assertNewestSchema: () => Promise<void>;
  /** The login role's password, decrypted. */
  readonly password: string;
  /** See ownershipMarker. */
  readonly marker: string;
  readonly statementTimeoutMs: number;
}

/** The template of one run, which goes by the same one from its beginning to its end unless somebody drops that. */
export class ChosenTemplate {
  private chosen: Promise<Template> | undefined;

  constructor(
    private readonly templates: TemplateDatabases,
    private readonly server: TenantServer,
  ) {}

  get(): Promise<Template> {
    return (this.chosen ??= this.templates.ensure(this.server));
  }

  /** Somebody dropped it. */
  forget(): void {
    this.templates.forget(this.server);
    this.chosen = undefined;
  }
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
