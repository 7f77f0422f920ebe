import { ControlDatabase } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { assertVersion } from '@helpdeskly/http';
import { Inject, Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { TenantAccess } from '../lifecycle/tenant-access.js';
import { controlConfig } from '../configuration/tokens.js';
import { orUnavailable } from './errors.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import { isDeleting, isPurgeDue, isServed, restorableTo } from '../tenant-status/tenant-policy.js';
import { illegalMove, movableFrom } from '../tenant-status/tenant-status.js';
import type { TenantRow } from './tenant-view.js';

export interface DeletionOrder {
  /** Whether to skip the grace period. */
  readonly now: boolean;
  /** Whether its archives go with it. */
  readonly withBackups: boolean;
  /** The expected version. */
  readonly version: number | undefined;
}

/** Deletes tenants, after a grace period in which operators can restore them. */
@Injectable()
export class TenantDeletion {
  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: LifecycleQueue,
    private readonly access: TenantAccess,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /**
   * Locks everybody out at once and sets the time of the purge. For a tenant that is already being deleted, only that time can
   * change, and only to now. Throws VersionConflict, InvalidTransition.
   */
  delete(origin: Origin, idOrSlug: string, { now, withBackups, version }: DeletionOrder): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await lockTenant(this.control, idOrSlug);
      assertVersion(version, before.version);
      const { id, slug, status } = before;
      if (now && isPurgeDue(before)) return before;
      if (!(now && isDeleting(status)) && !movableFrom('DELETING').includes(status))
        throw illegalMove(status, 'DELETING');
      const purgeAt = new Date(Date.now() + (now ? 0 : this.config.tenantDeleteGraceMs));
      const generation = before.generation + 1;
      const statusBefore = before.statusBefore ?? status;
      await tx.tenant.update({
        where: { id },
        data: {
          status: 'DELETING',
          statusBefore,
          purgeAt,
          purgeBackups: withBackups || (isDeleting(status) && before.purgeBackups),
          generation,
          version: { increment: 1 },
          updatedAt: new Date(),
        },
        select: { id: true },
      });
      const details = {
        from: status,
        to: 'DELETING',
        purgeAt: purgeAt.toISOString(),
        ...(withBackups ? { backups: 'delete' } : {}),
      };
      await recordEvent(tx, origin, { action: 'tenant.deleted', tenantId: id, tenantSlug: slug, details });
      await this.control.afterCommit(async () => {
        const job = { tenantId: id, generation };
        if (!now) await this.queue.offer('access', job);
        await this.queue.offer('purge', job, purgeAt.getTime() - Date.now());
      });
      return findTenant(this.control, id);
    });
  }

  /** Restores the former status, until the purge begins. Throws InvalidTransition, TenantDatabaseUnavailable. */
  restore(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await lockTenant(this.control, idOrSlug);
      const { id, slug, status } = before;
      const to = restorableTo(before);
      if (to === null) throw illegalMove(status, before.statusBefore ?? 'ACTIVE');
      if (isServed(to)) await orUnavailable(this.access.open(tx, before));
      await tx.tenant.update({
        where: { id },
        data: {
          status: to,
          statusBefore: null,
          purgeAt: null,
          purgeBackups: false,
          generation: { increment: 1 },
          version: { increment: 1 },
          updatedAt: new Date(),
        },
        select: { id: true },
      });
      const details = { from: status, to };
      await recordEvent(tx, origin, { action: 'tenant.restored', tenantId: id, tenantSlug: slug, details });
      await this.control.afterCommit(() => this.queue.withdraw({ tenantId: id, generation: before.generation }));
      return findTenant(this.control, id);
    });
  }
}
