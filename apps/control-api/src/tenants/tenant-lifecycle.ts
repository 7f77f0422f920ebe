import { ControlDatabase, type TenantStatus } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ProvisioningQueue } from '../provisioning/provisioning-queue.js';
import { findTenant } from './tenant-finder.js';
import { beginAttempt } from './tenant-registry.js';
import { illegalMove, movableFrom } from './tenant-status.js';
import type { TenantRow } from './tenant-view.js';

/** What operators do to a tenant's status. Each move is one conditional UPDATE, so that of two at once one is refused. */
@Injectable()
export class TenantLifecycle {
  constructor(
    private readonly control: ControlDatabase,
    private readonly queue: ProvisioningQueue,
  ) {}

  /** Locks the tenant's users out. Throws InvalidTransition. */
  suspend(origin: Origin, idOrSlug: string, reason: string | null): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'SUSPENDED', 'tenant.suspended', reason);
  }

  /** Locks the tenant's users out because the tenant is not in use. Throws InvalidTransition. */
  deactivate(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'INACTIVE', 'tenant.deactivated', null);
  }

  /** Lets them in again. Throws InvalidTransition. */
  activate(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.move(origin, idOrSlug, 'ACTIVE', 'tenant.activated', null);
  }

  /** Begins another attempt at a FAILED tenant; jobs of earlier ones no longer count. Throws InvalidTransition. */
  retry(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await findTenant(this.control, idOrSlug);
      const { count } = await tx.tenant.updateMany({
        where: { id: before.id, status: 'FAILED', generation: before.generation },
        data: {
          status: 'PROVISIONING',
          statusReason: null,
          attempt: { increment: 1 },
          generation: { increment: 1 },
          version: { increment: 1 },
          updatedAt: new Date(),
        },
      });
      if (count === 0) throw illegalMove((await findTenant(this.control, before.id)).status, 'PROVISIONING');
      const attempt = before.attempt + 1;
      await beginAttempt(tx, before.id, attempt);
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
    reason: string | null,
  ): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await findTenant(this.control, idOrSlug);
      if (before.status === to && before.statusReason === reason) return before;
      const from = [...movableFrom(to), ...(before.status === to ? [to] : [])];
      const { count } = await tx.tenant.updateMany({
        where: { id: before.id, status: { in: from } },
        data: { status: to, statusReason: reason, version: { increment: 1 }, updatedAt: new Date() },
      });
      if (count === 0) {
        const now = await findTenant(this.control, before.id);
        if (now.status === to) return now; // Somebody else made this very move at the same moment.
        throw illegalMove(now.status, to);
      }
      const details = { from: before.status, to, ...(reason === null ? {} : { reason }) };
      await recordEvent(tx, origin, { action, tenantId: before.id, tenantSlug: before.slug, details });
      return findTenant(this.control, before.id);
    });
  }
}
