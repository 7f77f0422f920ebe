import { Secrets } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { Poolers } from '../pooler/poolers.js';
import type { LoginRole, TenantServer } from '../server-connections/tenant-server.js';
import { ensureSharedRoles } from '../tenant-databases/server-roles.js';
import { ensureTenantRole } from '../tenant-databases/tenant-role.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import type { NewTenant } from './new-tenant.js';

/** The login roles of new tenants. */
@Injectable()
export class LoginRoles {
  constructor(
    private readonly secrets: Secrets,
    private readonly specs: TenantRoleSpecs,
    private readonly poolers: Poolers,
  ) {}

  credentialOf({ id, roleName, roleSecret }: NewTenant): LoginRole {
    return { name: roleName, password: this.secrets.open(roleSecret, id) };
  }

  /** See ownershipMarker. */
  markerOf({ id }: NewTenant): string {
    return this.specs.markerOf(id);
  }

  /** Ensures the tenant's role and the shared roles, and publishes the role to the poolers. Repeatable. */
  async ensure({ brief }: TenantServer, tenant: NewTenant): Promise<void> {
    await ensureSharedRoles(brief);
    await ensureTenantRole(brief, this.specs.of(tenant, this.credentialOf(tenant)));
    await this.poolers.publishUsers();
  }
}
