import { Secrets, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { TenantServer } from '../server-connections/tenant-server.js';
import { ensureSharedRoles } from '../tenant-databases/server-roles.js';
import { ensureTenantRole } from '../tenant-databases/tenant-role.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';

/** The login role of a tenant on the server that it moves to. */
@Injectable()
export class MoveRoles {
  constructor(
    private readonly secrets: Secrets,
    private readonly specs: TenantRoleSpecs,
  ) {}

  /** It cannot log in before the catalog says that the tenant is there. */
  async prepare({ brief }: TenantServer, tenant: Tenant): Promise<void> {
    const credential = { name: tenant.roleName, password: this.secrets.open(tenant.roleSecret, tenant.id) };
    await ensureSharedRoles(brief);
    await ensureTenantRole(brief, { ...this.specs.of(tenant, credential), login: false });
  }
}
