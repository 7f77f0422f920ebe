import { Prisma, type Tenant, type TenantStatus } from '@helpdeskly/catalog';

/** A question about a tenant's status; `statuses` lists those for which the answer is yes, for queries. */
export interface StatusRule {
  (status: TenantStatus): boolean;
  readonly statuses: TenantStatus[];
}

function rule(...statuses: TenantStatus[]): StatusRule {
  return Object.assign((status: TenantStatus) => statuses.includes(status), { statuses });
}

/** Workers must still create its database and role. */
export const awaitsProvisioning = rule('PROVISIONING');

/** An operator may have it provisioned once more. */
export const mayBeRetried = rule('FAILED');

/** app-api lets its users in. */
export const isServed = rule('ACTIVE');

/** Nobody may use its database: its roles must not log in. */
export const isShut = rule('SUSPENDED', 'INACTIVE', 'DELETING');

/** It is a customer, served or not: its database exists and may be queried. */
export const isKept = rule('ACTIVE', 'SUSPENDED', 'INACTIVE');

/** It has a credential that can be replaced. */
export const mayBeRotated = rule(...isKept.statuses);

/** It waits for its purge, or for a restoration. */
export const isDeleting = rule('DELETING');

/** Its database may be migrated; a tenant that is being deleted may still be restored. */
export const mayBeMigrated = rule(...isKept.statuses, ...isDeleting.statuses);

/** The fields that decide whether a tenant must have a database and a role. */
export type Standing = Pick<Tenant, 'status' | 'statusBefore' | 'purgeStartedAt'>;

/** Whether it must have a database and a role: it serves, or may serve again. */
export function mustHaveDatabase({ status, statusBefore, purgeStartedAt }: Standing): boolean {
  return isDeleting(status) ? purgeStartedAt === null && statusBefore !== 'FAILED' : isKept(status);
}

/** The same as a condition on `"Tenant" t`. */
export const mustHaveDatabaseSql = Prisma.sql`
  t."status" = ANY (${mayBeMigrated.statuses}::text[]::"TenantStatus"[]) AND t."purgeStartedAt" IS NULL
    AND (t."status" <> 'DELETING' OR t."statusBefore" <> 'FAILED')`;

/** Whether its purge is due: from then on it cannot be restored. */
export function isPurgeDue({ status, purgeAt }: Pick<Tenant, 'status' | 'purgeAt'>, now = new Date()): boolean {
  return isDeleting(status) && purgeAt !== null && purgeAt <= now;
}

/** The status after a restoration; null if it is too late for one, or nothing was deleted. */
export function restorableTo(
  tenant: Pick<Tenant, 'status' | 'statusBefore' | 'purgeAt' | 'purgeStartedAt'>,
  now = new Date(),
): TenantStatus | null {
  if (!isDeleting(tenant.status) || tenant.purgeStartedAt !== null || isPurgeDue(tenant, now)) return null;
  return tenant.statusBefore;
}
