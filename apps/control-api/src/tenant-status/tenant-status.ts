import { InvalidTransition } from '@helpdeskly/errors';
import type { TenantStatus } from '@helpdeskly/catalog';

/**
 * The statuses that may follow each status. Workers make the moves to ACTIVE and FAILED, operators the others. From DELETING
 * a tenant only returns to its former status, see restorableTo.
 */
export const moves: Readonly<Record<TenantStatus, readonly TenantStatus[]>> = {
  PROVISIONING: ['ACTIVE', 'FAILED'],
  FAILED: ['PROVISIONING', 'DELETING'],
  ACTIVE: ['SUSPENDED', 'INACTIVE', 'DELETING'],
  SUSPENDED: ['ACTIVE', 'INACTIVE', 'DELETING'],
  INACTIVE: ['ACTIVE', 'SUSPENDED', 'DELETING'],
  DELETING: [],
};

/** The statuses from which an operator may move a tenant to `to`; workers' moves are not included. */
export function movableFrom(to: TenantStatus): readonly TenantStatus[] {
  return statuses.filter((from) => from !== 'PROVISIONING' && moves[from].includes(to));
}

/** The error for a move that an operator may not make. */
export function illegalMove(from: TenantStatus, to: TenantStatus): InvalidTransition {
  return new InvalidTransition(from, to, from === 'PROVISIONING' ? [] : moves[from]);
}

export const statuses = Object.keys(moves) as TenantStatus[];
