import type { Prisma, TenantStatus } from '@helpdeskly/catalog';
import { likeLiteral } from '@helpdeskly/database';

/** What tenants are found by. */
export interface TenantFilters {
  readonly status?: readonly TenantStatus[] | undefined;
  readonly plan?: string | undefined;
  readonly serverId?: string | undefined;
  /** A part of the slug or of the name, in any case. */
  readonly q?: string | undefined;
  readonly schemaVersion?: string | undefined;
}

export function conditionOf({ status, plan, serverId, q, schemaVersion }: TenantFilters): Prisma.TenantWhereInput {
  const part = q === undefined ? undefined : { contains: likeLiteral(q), mode: 'insensitive' as const };
  return {
    ...(status === undefined ? {} : { status: { in: [...status] } }),
    ...(plan === undefined ? {} : { plan }),
    ...(serverId === undefined ? {} : { serverId }),
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(part === undefined ? {} : { OR: [{ slug: part }, { name: part }] }),
  };
}
