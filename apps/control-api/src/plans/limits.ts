import type { Plan, Tenant } from '@helpdeskly/catalog';
import type { LimitsInput } from './limits.dto.js';

/** The limits of a tenant, or of a plan; what they are called in the catalog. */
export interface Limits {
  readonly maxConnections: number;
  readonly requestsPerMinute: number;
  readonly maxStorageBytes: bigint;
}

/** Limits that were chosen; null where none was. */
export type OwnLimits = Readonly<Pick<Tenant, 'ownMaxConnections' | 'ownRequestsPerMinute' | 'ownStorageBytes'>>;
export type PlanLimits = Readonly<Pick<Plan, 'maxConnections' | 'requestsPerMinute' | 'storageBytes'>>;

const defaultMaxConnections = 20;
/** 10 GiB, as in the catalog. */
const defaultStorageBytes = 10_737_418_240n;

/** What applies to a plan's tenants that have no limits of their own. `requestsPerMinute` is the installation's default. */
export function limitsOfPlan(plan: PlanLimits, requestsPerMinute: number): Limits {
  return {
    maxConnections: plan.maxConnections ?? defaultMaxConnections,
    requestsPerMinute: plan.requestsPerMinute ?? requestsPerMinute,
    maxStorageBytes: plan.storageBytes ?? defaultStorageBytes,
  };
}

/** What applies to a tenant: its own limits, else those of its plan. */
export function limitsOfTenant(own: OwnLimits, plan: Limits): Limits {
  return {
    maxConnections: own.ownMaxConnections ?? plan.maxConnections,
    requestsPerMinute: own.ownRequestsPerMinute ?? plan.requestsPerMinute,
    maxStorageBytes: own.ownStorageBytes ?? plan.maxStorageBytes,
  };
}

/** A new tenant's own limits. */
export function ownLimitsOf({ maxConnections, requestsPerMinute, storageBytes }: LimitsInput): OwnLimits {
  return {
    ownMaxConnections: maxConnections ?? null,
    ownRequestsPerMinute: requestsPerMinute ?? null,
    ownStorageBytes: typeof storageBytes === 'number' ? BigInt(storageBytes) : null,
  };
}

/**
 * A tenant's own limits after `input`. Writing the limit that applies changes nothing: what somebody read and wrote back does not
 * separate a tenant from its plan.
 */
export function ownLimitsAfter(own: OwnLimits, plan: Limits, input: LimitsInput): OwnLimits {
  const present = limitsOfTenant(own, plan);
  const chosen = <T extends number | bigint>(before: T | null, shown: T, to: T | null | undefined) =>
    to === undefined || to === shown ? before : to;
  const { storageBytes } = input;
  return {
    ownMaxConnections: chosen(own.ownMaxConnections, present.maxConnections, input.maxConnections),
    ownRequestsPerMinute: chosen(own.ownRequestsPerMinute, present.requestsPerMinute, input.requestsPerMinute),
    ownStorageBytes: chosen(
      own.ownStorageBytes,
      present.maxStorageBytes,
      typeof storageBytes === 'number' ? BigInt(storageBytes) : storageBytes,
    ),
  };
}
