import type { Prisma } from '@helpdeskly/catalog';
import { InvalidReference, ValidationFailed } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { mayBeMigrated } from '../tenant-status/tenant-policy.js';

/**
 * The ids of tenants that a field names by ids or slugs; `within`: the only ones that may be named. Throws InvalidReference for one that
 * does not exist or has no database, and ValidationFailed for an empty list.
 */
export async function idsOfTenants(
  tx: Prisma.TransactionClient,
  field: 'tenants' | 'canary',
  names: readonly string[],
  within?: readonly string[],
): Promise<string[]> {
  if (names.length === 0)
    throw new ValidationFailed([{ field, code: 'empty', message: 'Name a tenant, or leave the field out.' }]);
  const [ids, slugs] = [names.filter(isUuid), names.filter((name) => !isUuid(name))];
  const found = await tx.tenant.findMany({
    where: { OR: [{ id: { in: ids } }, { slug: { in: slugs } }] },
    select: { id: true, slug: true, status: true },
  });
  const named = names.map((name, index) => {
    const tenant = found.find(({ id, slug }) => id === name.toLowerCase() || slug === name);
    if (tenant === undefined) throw new InvalidReference(`${field}.${index}`, `There is no tenant ${name}.`);
    if (!mayBeMigrated(tenant.status))
      throw new InvalidReference(
        `${field}.${index}`,
        `The tenant ${tenant.slug} is ${tenant.status}: it has no database yet.`,
      );
    if (within !== undefined && !within.includes(tenant.id))
      throw new InvalidReference(`${field}.${index}`, `The tenant ${tenant.slug} is not one of the run's tenants.`);
    return tenant.id;
  });
  return [...new Set(named)];
}
