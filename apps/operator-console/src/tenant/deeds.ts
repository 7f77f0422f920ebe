import type { Tenant, TenantStatus } from '../api/client.js';

/** What an operator does to a tenant. */
export type Deed =
  | 'rename'
  | 'activate'
  | 'clone'
  | 'deactivate'
  | 'delete'
  | 'invite'
  | 'move'
  | 'plan'
  | 'purge'
  | 'restore'
  | 'retry'
  | 'rotate'
  | 'suspend';

const served: readonly TenantStatus[] = ['ACTIVE', 'SUSPENDED', 'INACTIVE'];

/** The statuses in which the API does it. */
const statusesOf: Readonly<Record<Deed, readonly TenantStatus[]>> = {
  rename: ['PROVISIONING', 'FAILED', 'DELETING', ...served],
  activate: ['SUSPENDED', 'INACTIVE'],
  clone: served,
  deactivate: ['ACTIVE', 'SUSPENDED'],
  delete: ['FAILED', ...served],
  invite: ['ACTIVE'],
  move: served,
  plan: ['PROVISIONING', 'FAILED', 'DELETING', ...served],
  purge: ['FAILED', 'DELETING'],
  restore: ['DELETING'],
  retry: ['FAILED'],
  rotate: served,
  suspend: ['ACTIVE', 'INACTIVE'],
};

/** Whether a button for it makes sense now; only OWNERs purge. */
export function isOffered(deed: Deed, { status }: Pick<Tenant, 'status'>, isOwner: boolean): boolean {
  return statusesOf[deed].includes(status) && (deed !== 'purge' || isOwner);
}
