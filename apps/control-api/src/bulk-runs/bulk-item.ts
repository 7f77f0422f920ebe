import type { Problem } from '@helpdeskly/http';
import type { DeedTerms } from '../tenants/tenant-deeds.js';
import type { CreateTenantDto } from '../tenants/tenants.dto.js';
import type { TenantRow } from '../tenants/tenant-view.js';

/** What a request does to each of its tenants. */
export type BulkTerms = DeedTerms | { readonly action: 'import' };

/** One tenant of a request. */
export interface BulkItem {
  /** From 1. */
  readonly position: number;
  /** Its id or slug as it was sent; in an import its slug. */
  readonly reference: string;
  /** What to create; of an import. */
  readonly input?: CreateTenantDto;
  /** Why it is refused already. */
  readonly problem?: Problem;
}

/** What became of it. */
export interface BulkDeed {
  readonly status: number;
  readonly changed: boolean;
  /** None if it would be created. */
  readonly tenant?: TenantRow;
}
