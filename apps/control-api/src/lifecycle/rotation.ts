import { ControlDatabase, type Tenant } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { admitRole, limitTenantRole, shutRole } from '../tenant-databases/tenant-role.js';
import { LifecycleQueue } from './lifecycle-queue.js';
import { NextRole } from './next-role.js';

/**
 * Replaces a tenant's credential while requests run: it creates and tests the next login role and writes it to the catalog; every
 * process opens its next client with it; only then the former role is dropped (see FormerRole).
 */
@Injectable()
export class Rotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
    private readonly next: NextRole,
    private readonly queue: LifecycleQueue,
  ) {}

  /** Creates and tests the next role, and replaces the current one with it. Repeatable. */
  async rotate(tenant: Tenant): Promise<void> {
    const { nextRoleName, nextRoleSecret } = tenant;
    if (nextRoleName === null || nextRoleSecret === null) return;
    await this.next.prepare(tenant, nextRoleName, nextRoleSecret);
    await this.switchOver(tenant);
  }

  /** One conditional UPDATE, whose commit notifies every app-api. */
  private async switchOver({ id, generation }: Tenant): Promise<void> {
    await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${id}::uuid FOR UPDATE`;
      const tenant = await tx.tenant.findFirst({ where: { id, generation, nextRoleName: { not: null } } });
      if (tenant === null || tenant.nextRoleName === null || tenant.nextRoleSecret === null) return; // Superseded.
      const { brief } = await this.servers.server(tenant.serverId);
      if (tenant.accessOpen) await admitRole(brief, tenant.nextRoleName);
      else await shutRole(brief, tenant.nextRoleName);
      await limitTenantRole(brief, tenant.nextRoleName, tenant.maxConnections); // The limit may have been changed meanwhile.
      await tx.tenant.update({
        where: { id },
        data: {
          roleName: tenant.nextRoleName,
          roleSecret: tenant.nextRoleSecret,
          formerRoleName: tenant.roleName,
          formerRoleSecret: tenant.roleSecret,
          nextRoleName: null,
          nextRoleSecret: null,
          rotationError: null,
          credentialGeneration: { increment: 1 },
          credentialsChangedAt: new Date(),
          version: { increment: 1 },
          updatedAt: new Date(),
        },
        select: { id: true },
      });
      const details = { credentialGeneration: tenant.credentialGeneration + 1 };
      await recordSystemEvent(tx, {
        action: 'tenant.credentials_rotated',
        tenantId: id,
        tenantSlug: tenant.slug,
        details,
      });
      await this.control.afterCommit(() => this.queue.offer('retire', { tenantId: id, generation }));
    });
  }
}
