import { ControlDatabase, Secrets, type Tenant } from '@helpdeskly/catalog';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { Poolers } from '../pooler/poolers.js';
import { ownershipMarker } from '../tenant-databases/names.js';
import {
  admitRole,
  dropRole,
  ensureTenantRole,
  grantDatabase,
  limitTenantRole,
  shutRole,
  usersOfRole,
} from '../tenant-databases/tenant-role.js';
import { LifecycleQueue } from './lifecycle-queue.js';

export interface RotationSettings {
  readonly installation: string;
  readonly statementTimeoutMs: number;
}

/** Every process has heard of the new credential by then, and has let go of the old one unless a request still runs on it. */
export const retireAfterMs = 5000;
/** The longest that a former credential stays because somebody still uses it. */
const patienceMs = 40_000;

/**
 * Replaces a tenant's credential while requests run: the next login role is made and proved, the catalog names it, every
 * process opens its next client with it, and only then the former role goes.
 */
export class Rotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly poolers: Poolers,
    private readonly queue: LifecycleQueue,
    private readonly settings: RotationSettings,
  ) {}

  /** Makes the next role, proves it, and puts it in the present one's place. Repeatable. */
  async rotate(tenant: Tenant): Promise<void> {
    if (tenant.nextRoleName === null || tenant.nextRoleSecret === null) return;
    const next = { name: tenant.nextRoleName, password: this.secrets.open(tenant.nextRoleSecret, tenant.id) };
    const { installation, statementTimeoutMs } = this.settings;
    const server = await this.servers.server(tenant.serverId);
    await ensureTenantRole(server.admin, {
      ...next,
      maxConnections: tenant.maxConnections,
      statementTimeoutMs,
      login: tenant.accessOpen,
      marker: ownershipMarker(installation, tenant.id),
    });
    await grantDatabase(server.admin, tenant.databaseName, next.name);
    await this.poolers.publishUsers();
    if (tenant.accessOpen) {
      const client = await server.connectAs(next, tenant.databaseName);
      await client.query('SELECT FROM "TenantIdentity"').finally(() => client.end());
    }
    await this.switchOver(tenant);
  }

  /** Ends the former role, once nobody uses it. Repeatable. */
  async retire(tenant: Tenant): Promise<void> {
    const { formerRoleName: former, credentialsChangedAt } = tenant;
    if (former === null || credentialsChangedAt === null) return;
    const server = await this.servers.server(tenant.serverId);
    const age = Date.now() - credentialsChangedAt.getTime();
    if (age < retireAfterMs) return; // The sweep comes back.
    if (age < patienceMs && (await usersOfRole(server.admin, former, server.isPooled)) > 0) return;
    await shutRole(server.admin, former);
    await dropRole(server, former, tenant.databaseName);
    await this.control.client.tenant.updateMany({
      where: { id: tenant.id, formerRoleName: former },
      data: { formerRoleName: null, formerRoleSecret: null, rotationRequestedAt: null, rotationError: null },
    });
    await this.poolers.publishSoon();
  }

  /** One conditional UPDATE, whose commit tells every app-api. */
  private async switchOver({ id, generation }: Tenant): Promise<void> {
    await this.control.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${id}::uuid FOR UPDATE`;
      const tenant = await tx.tenant.findFirst({ where: { id, generation, nextRoleName: { not: null } } });
      if (tenant === null || tenant.nextRoleName === null || tenant.nextRoleSecret === null) return; // Superseded.
      const { brief } = await this.servers.server(tenant.serverId);
      if (tenant.accessOpen) await admitRole(brief, tenant.nextRoleName);
      else await shutRole(brief, tenant.nextRoleName);
      await limitTenantRole(brief, tenant.nextRoleName, tenant.maxConnections); // It may have been changed meanwhile.
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
      await this.control.afterCommit(() => this.queue.offer('retire', { tenantId: id, generation }, retireAfterMs));
    });
  }
}
