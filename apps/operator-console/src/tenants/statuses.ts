import type { TenantStatus } from '../api/client.js';

/** In the order in which pages list them. */
export const statuses: readonly TenantStatus[] = [
  'PROVISIONING',
  'ACTIVE',
  'SUSPENDED',
  'INACTIVE',
  'DELETING',
  'FAILED',
];
