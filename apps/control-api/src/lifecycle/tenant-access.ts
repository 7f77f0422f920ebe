import { ControlDatabase, type Prisma, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { Poolers } from '../pooler/poolers.js';
import { admitRole, shutRole } from '../tenant-databases/tenant-role.js';
import { isShut } from '../tenant-status/tenant-policy.js';

/** Raised for a role that somebody has dropped; the reconciler creates it again. */
export class RoleMissing extends Error {
  constructor(role: string) {
    super(`The role ${role} is missing on its server.`);
    this.name = 'RoleMissing';
  }
}

/**
 * Decides whether a tenant's login roles may log in. The catalog stops app-api within a second; this also stops other users of
 * the credential, and connections that a pooler still holds.
 */
@Injectable()
export class TenantAccess {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
  ) {}

  /**
   * Lets the roles log in, in the transaction that makes the tenant ACTIVE and holds its row's lock. A rotation's next role
   * may not exist yet, and a former one may be gone.
   */
  async open(tx: Prisma.TransactionClient, tenant: Tenant): Promise<void> {
    if (tenant.accessOpen) return;
    const { brief } = await this.servers.server(tenant.serverId);
    for (const role of rolesOf(tenant)) {
      const isThere = await admitRole(brief, role);
      if (!isThere && role === tenant.roleName) throw new RoleMissing(role);
    }
    await tx.tenant.update({ where: { id: tenant.id }, data: { accessOpen: true }, select: { id: true } });
    await this.control.afterCommit(() => this.poolers.publishSoon());
  }

  /** Sets the roles as the tenant's status requires, under the row's lock: an activation waits, or comes first. */
  async settle({ id }: Tenant): Promise<void> {
    const closed = await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${id}::uuid FOR UPDATE`;
      const tenant = await tx.tenant.findUnique({ where: { id } });
      if (tenant === null || !tenant.accessOpen || !isShut(tenant.status)) return undefined;
      await this.shut(tenant);
      await tx.tenant.update({ where: { id }, data: { accessOpen: false }, select: { id: true } });
      return tenant;
    });
    if (closed !== undefined) await this.poolers.publishSoon();
  }

  /** Ends every login and every connection to the tenant's database. Repeatable. */
  async shut(tenant: Tenant): Promise<void> {
    const { brief } = await this.servers.server(tenant.serverId);
    for (const role of rolesOf(tenant)) await shutRole(brief, role);
    await this.poolers.disconnect(tenant.databaseName);
  }
}

/** The login roles that a tenant has now. */
export function rolesOf({
  roleName,
  nextRoleName,
  formerRoleName,
}: Pick<Tenant, 'roleName' | 'nextRoleName' | 'formerRoleName'>): readonly string[] {
  return [roleName, nextRoleName, formerRoleName].filter((role) => role !== null);
}
