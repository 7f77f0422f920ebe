import { Secrets, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Poolers } from '../pooler/poolers.js';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { tenantRoleNames } from '../tenant-databases/names.js';
import { ensureTenantRole, grantDatabase, shutRole, stripTenantRole } from '../tenant-databases/tenant-role.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';

/** The login roles of a database that is taken into the catalog. */
@Injectable()
export class AdoptionRole {
  constructor(
    private readonly secrets: Secrets,
    private readonly specs: TenantRoleSpecs,
    private readonly poolers: Poolers,
  ) {}

  get installation(): string {
    return this.specs.installation;
  }

  /** Gives the role the catalog's password; whoever knows a former credential is shut out. Repeatable. */
  async settle({ brief }: TenantServer, tenant: Tenant): Promise<void> {
    const credential = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
    await ensureTenantRole(brief, { ...this.specs.of(tenant, credential), login: tenant.accessOpen });
    await stripTenantRole(brief, tenant.roleName);
    await grantDatabase(brief, tenant.databaseName, tenant.roleName);
    for (const role of tenantRoleNames(tenant.id)) if (role !== tenant.roleName) await shutRole(brief, role);
  }

  /** After the commit. */
  async publish(): Promise<void> {
    await this.poolers.publishSoon();
  }
}
