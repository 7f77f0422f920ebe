import { randomBytes } from 'node:crypto';
import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { LifecycleQueue } from '../lifecycle/lifecycle-queue.js';
import { tenantRoleNames } from '../tenant-databases/names.js';
import { mayBeRotated } from '../tenant-status/tenant-policy.js';
import { CredentialsNotRotatable } from './errors.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import type { TenantRow } from './tenant-view.js';

/** Requests a new credential for a tenant's database; Rotation creates it and drops the former one. */
@Injectable()
export class CredentialRotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly queue: LifecycleQueue,
  ) {}

  /** While a rotation runs, a new request joins it; the tenant shows its progress. Throws CredentialsNotRotatable. */
  request(origin: Origin, idOrSlug: string): Promise<TenantRow> {
    return this.control.transaction(async (tx) => {
      const before = await lockTenant(this.control, idOrSlug);
      const { id, slug } = before;
      if (!mustRotate(before)) return before;
      const [first, second] = tenantRoleNames(id);
      const generation = before.generation + 1;
      await tx.tenant.update({
        where: { id },
        data: {
          nextRoleName: before.roleName === first ? second : first,
          nextRoleSecret: newRoleSecret(this.secrets, id),
          rotationRequestedAt: new Date(),
          rotationError: null,
          generation,
          version: { increment: 1 },
          updatedAt: new Date(),
        },
        select: { id: true },
      });
      const action = 'tenant.credentials_rotation_requested';
      await recordEvent(tx, origin, { action, tenantId: id, tenantSlug: slug });
      await this.control.afterCommit(() => this.queue.offer('rotate', { tenantId: id, generation }));
      return findTenant(this.control, id);
    });
  }
}

/** Whether a rotation would begin; false while one runs. Throws CredentialsNotRotatable. */
export function mustRotate({ slug, status, nextRoleName, formerRoleName }: TenantRow): boolean {
  if (!mayBeRotated(status)) throw new CredentialsNotRotatable(slug, status);
  return nextRoleName === null && formerRoleName === null;
}

/** A password of 256 random bits for a tenant's login role, encrypted. */
export function newRoleSecret(secrets: Secrets, tenantId: string): string {
  return secrets.seal(randomBytes(32).toString('base64url'), tenantId);
}
