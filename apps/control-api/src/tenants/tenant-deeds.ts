import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { LimitsInput } from '../plans/limits.dto.js';
import { holdPlans } from '../plans/plan-locks.js';
import { CredentialRotation, mustRotate } from './credential-rotation.js';
import { TenantChanges } from './tenant-changes.js';
import { findTenant, lockTenant } from './tenant-finder.js';
import { TenantLifecycle } from './tenant-lifecycle.js';
import { moveOf } from './tenant-move.js';
import type { TenantRow } from './tenant-view.js';

/** What can be done to many tenants. */
export type DeedTerms =
  | { readonly action: 'suspend'; readonly reason?: string | null | undefined }
  | { readonly action: 'activate' | 'rotate' }
  | { readonly action: 'setLimits'; readonly limits: LimitsInput };

/** What became of a tenant. */
export interface Deed {
  /** The status code that a request for this tenant alone would have got. */
  readonly status: number;
  readonly changed: boolean;
  readonly tenant: TenantRow;
}

/** Does to one of many tenants what a request for it alone does. */
@Injectable()
export class TenantDeeds {
  constructor(
    private readonly control: ControlDatabase,
    private readonly lifecycle: TenantLifecycle,
    private readonly rotation: CredentialRotation,
    private readonly changes: TenantChanges,
  ) {}

  /** Throws what the request for it alone answers. */
  do(origin: Origin, terms: DeedTerms, idOrSlug: string): Promise<Deed> {
    return this.control.transaction(async (tx) => {
      await holdPlans(tx);
      const { id, version } = await lockTenant(this.control, idOrSlug);
      const tenant = await this.apply(origin, terms, id);
      return { status: statusOf(terms), changed: tenant.version !== version, tenant };
    });
  }

  /** What `do` would do now; the tenant stays as it is. Throws what `do` would throw. */
  async foresee(terms: DeedTerms, idOrSlug: string): Promise<Deed> {
    const tenant = await findTenant(this.control, idOrSlug);
    return { status: statusOf(terms), changed: await this.wouldChange(terms, tenant), tenant };
  }

  private apply(origin: Origin, terms: DeedTerms, id: string): Promise<TenantRow> {
    switch (terms.action) {
      case 'suspend':
        return this.lifecycle.suspend(origin, id, terms.reason);
      case 'activate':
        return this.lifecycle.activate(origin, id);
      case 'rotate':
        return this.rotation.request(origin, id);
      case 'setLimits':
        return this.changes.change(origin, id, { limits: terms.limits }, undefined);
    }
  }

  private async wouldChange(terms: DeedTerms, tenant: TenantRow): Promise<boolean> {
    switch (terms.action) {
      case 'suspend':
        return moveOf(tenant, 'SUSPENDED', terms.reason) !== undefined;
      case 'activate':
        return moveOf(tenant, 'ACTIVE', null) !== undefined;
      case 'rotate':
        return mustRotate(tenant);
      case 'setLimits':
        return this.changes.wouldChange(tenant, { limits: terms.limits });
    }
  }
}

/** A rotation goes on in the background. */
const statusOf = ({ action }: DeedTerms) => (action === 'rotate' ? 202 : 200);
