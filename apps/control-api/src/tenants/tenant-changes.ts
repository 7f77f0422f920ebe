import { ControlDatabase } from '@helpdeskly/catalog';
import { assertVersion } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ServerConnections } from '../server-connections/server-connections.js';
import { rolesOf } from '../lifecycle/tenant-access.js';
import { limitTenantRole } from '../tenant-databases/tenant-role.js';
import { orUnavailable } from './errors.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';
import type { ChangeTenantDto } from './tenants.dto.js';

type Value = string | number | null;
type Changes = Record<string, { from: Value; to: Value }>;

/** Changes a tenant's name, plan and limits. */
@Injectable()
export class TenantChanges {
  constructor(
    private readonly control: ControlDatabase,
    private readonly servers: ServerConnections,
  ) {}

  /** Throws VersionConflict if `version` is given and is not the current one. Writing the current values changes nothing. */
  change(origin: Origin, idOrSlug: string, input: ChangeTenantDto, version: number | undefined): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await lockTenant(this.control, idOrSlug);
      assertVersion(version, before.version);
      const { name, plan, limits: { maxConnections, requestsPerMinute, storageBytes: maxStorageBytes } = {} } = input;
      const changes = differences(before, { name, plan, maxConnections, requestsPerMinute, maxStorageBytes });
      if (Object.keys(changes).length === 0) return before;
      await tx.tenant.update({
        where: { id: before.id },
        data: {
          name,
          plan,
          maxConnections,
          requestsPerMinute,
          maxStorageBytes,
          version: { increment: 1 },
          updatedAt: new Date(),
        },
        select: { id: true },
      });
      await recordEvent(tx, origin, {
        action: 'tenant.updated',
        tenantId: before.id,
        tenantSlug: before.slug,
        details: changes,
      });
      if (changes['maxConnections'] !== undefined) await this.limit(before, Number(changes['maxConnections'].to));
      return findTenant(this.control, before.id);
    });
  }

  /**
   * Runs under the row's lock and before the commit, so that two simultaneous changes cannot leave the older limit in PostgreSQL. A role
   * that does not exist yet gets its limit when it is created.
   */
  private async limit(tenant: TenantRow, maxConnections: number): Promise<void> {
    const server = await this.servers.server(tenant.serverId);
    for (const role of rolesOf(tenant)) await orUnavailable(limitTenantRole(server.brief, role, maxConnections));
  }
}

function differences(
  before: TenantRow,
  change: Partial<Pick<TenantRow, 'name' | 'plan' | 'maxConnections' | 'requestsPerMinute'>> & {
    readonly maxStorageBytes?: number | null;
  },
): Changes {
  const changes: Changes = {};
  for (const field of ['name', 'plan', 'maxConnections', 'requestsPerMinute'] as const) {
    const to = change[field];
    if (to !== undefined && to !== before[field]) changes[field] = { from: before[field], to };
  }
  const { maxStorageBytes: to } = change;
  const from = before.maxStorageBytes === null ? null : Number(before.maxStorageBytes);
  return to === undefined || to === from ? changes : { ...changes, storageBytes: { from, to } };
}
