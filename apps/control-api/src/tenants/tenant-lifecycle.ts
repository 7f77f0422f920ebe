import { ControlDatabase, type TenantStatus } from '@helpdeskly/catalog';
import type { TenantJob } from '@helpdeskly/queue';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { TenantAccess } from '../lifecycle/tenant-access.js';
import { orUnavailable } from './errors.js';
import { beginAttempt } from './tenant-registry.js';
import { isServed, isShut, mayBeRetried } from '../tenant-status/tenant-policy.js';
import { illegalMove } from '../tenant-status/tenant-status.js';
import { moveOf } from './tenant-move.js';
import type { TenantRow } from './tenant-view.js';

/** Operators' changes of a tenant's status. Each runs under the row's lock, so that one of two simultaneous changes is refused. */
@Injectable()
export class TenantLifecycle {
  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: ProvisioningQueue,
    private readonly lifecycle: LifecycleQueue,
    private readonly access: TenantAccess,
  ) {}

  /** Locks the tenant's users out. Without a reason, it keeps an earlier one. Throws InvalidTransition. */
  suspend(origin: Origin, idOrSlug: string, reason: string | null | undefined): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'SUSPENDED', 'tenant.suspended', reason);
  }

  /** Locks the tenant's users out because nobody uses the tenant. Throws InvalidTransition. */
  deactivate(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'INACTIVE', 'tenant.deactivated', null);
  }

  /** Lets them in again. Throws InvalidTransition, TenantDatabaseUnavailable. */
  activate(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'ACTIVE', 'tenant.activated', null);
  }

  /** Begins another attempt at a FAILED tenant; jobs of earlier ones no longer count. Throws InvalidTransition. */
  retry(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await findTenant(this.control, idOrSlug);
      const { count } = await tx.tenant.updateMany({
        where: { id: before.id, status: { in: mayBeRetried.statuses }, generation: before.generation },
        data: {
          status: 'PROVISIONING',
          statusReason: null,
          accessOpen: true, // Provisioning ensures its role again, which may have been shut while the tenant was being deleted.
          attempt: { increment: 1 },
          generation: { increment: 1 },
          version: { increment: 1 },
          updatedAt: new Date(),
        },
      });
      if (count === 0) throw illegalMove((await findTenant(this.control, before.id)).status, 'PROVISIONING');
      const attempt = before.attempt + 1;
      await beginAttempt(tx, before, attempt);
      const { id: tenantId, slug: tenantSlug } = before;
      await recordEvent(tx, origin, { action: 'tenant.retried', tenantId, tenantSlug, details: { attempt } });
      await this.control.afterCommit(() => this.queue.offer({ tenantId, generation: before.generation + 1 }));
      return findTenant(this.control, before.id);
    });
  }

  private move(
    origin: Origin,
    idOrSlug: string,
    to: TenantStatus,
    action: string,
    reason: string | null | undefined,
  ): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await lockTenant(this.control, idOrSlug);
      const { id, slug, status: from } = before;
      const moved = moveOf(before, to, reason);
      if (moved === undefined) return before;
      const { statusReason } = moved;
      if (isServed(to)) await orUnavailable(this.access.open(tx, before));
      const generation = before.generation + 1;
      await tx.tenant.update({
        where: { id },
        data: { status: to, statusReason, generation, version: { increment: 1 }, updatedAt: new Date() },
        select: { id: true },
      });
      const details = { from, to, ...(statusReason === null ? {} : { reason: statusReason }) };
      await recordEvent(tx, origin, { action, tenantId: id, tenantSlug: slug, details });
      if (isShut(to)) await this.shutSoon({ tenantId: id, generation });
      return findTenant(this.control, id);
    });
  }

  /** Runs after the commit; requests that were accepted before may end. */
  private shutSoon(job: TenantJob): Promise<void> {
    return this.control.afterCommit(() => this.lifecycle.offer('access', job));
  }
}
