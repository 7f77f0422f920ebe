import { ControlDatabase } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import { TenantDeeds } from '../tenants/tenant-deeds.js';
import type { CreateTenantDto } from '../tenants/tenants.dto.js';
import type { BulkDeed, BulkItem, BulkTerms } from './bulk-item.js';
import { TenantImports } from './tenant-imports.js';

/** How the work is done. */
export interface BulkOrder {
  readonly origin: Origin;
  readonly terms: BulkTerms;
  readonly dryRun: boolean;
  /** For the audit trail. */
  readonly reason?: string | null | undefined;
}

/** Does one item's work, or says what it would do. */
@Injectable()
export class BulkWork {
  constructor(
    private readonly control: ControlDatabase,
    private readonly deeds: TenantDeeds,
    private readonly imports: TenantImports,
  ) {}

  /**
   * `created` says how many tenants items before it would have created. Throws what a request for this tenant alone answers; then
   * nothing has changed, and an open transaction continues.
   */
  do(order: BulkOrder, item: BulkItem, created: () => Promise<number>): Promise<BulkDeed> {
    return this.control.attempt(async () => this.apply(order, item, created));
  }

  private async apply(
    { origin, terms, dryRun }: BulkOrder,
    { reference, input }: BulkItem,
    created: () => Promise<number>,
  ): Promise<BulkDeed> {
    if (terms.action !== 'import')
      return dryRun ? this.deeds.foresee(terms, reference) : this.deeds.do(origin, terms, reference);
    const wanted = input as CreateTenantDto; // An item without it is refused already.
    return dryRun ? this.imports.foresee(wanted, await created()) : this.imports.create(origin, wanted);
  }
}
