import type { Tenant, TenantStatus } from '@helpdeskly/catalog';
import { illegalMove, movableFrom } from '../tenant-status/tenant-status.js';

/**
 * What an operator's move of a tenant writes beside its status; undefined if the tenant is there already. Without a reason it keeps an
 * earlier one. Throws InvalidTransition.
 */
export function moveOf(
  { status: from, statusReason }: Pick<Tenant, 'status' | 'statusReason'>,
  to: TenantStatus,
  reason: string | null | undefined,
): { readonly statusReason: string | null } | undefined {
  const next = reason === undefined && from === to ? statusReason : (reason ?? null);
  if (from === to) return next === statusReason ? undefined : { statusReason: next };
  if (!movableFrom(to).includes(from)) throw illegalMove(from, to);
  return { statusReason: next };
}
