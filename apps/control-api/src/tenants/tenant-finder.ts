import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import type { TenantRow } from './tenant-view.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Which tenant a path names, by id or by slug: no slug has the form of a UUID. */
export function tenantNamed(idOrSlug: string): Prisma.TenantWhereUniqueInput {
  return uuid.test(idOrSlug) ? { id: idOrSlug } : { slug: idOrSlug };
}

/** The tenant that a path names, with its steps. Throws NotFound. */
export async function findTenant(control: Pick<ControlDatabase, 'client'>, idOrSlug: string): Promise<TenantRow> {
  const row = await control.client.tenant.findUnique({ where: tenantNamed(idOrSlug), include: { steps: true } });
  if (row === null) throw new NotFound('tenant');
  return row;
}

/** The same, locked until the transaction that is open here ends. */
export async function lockTenant(control: Pick<ControlDatabase, 'client'>, idOrSlug: string): Promise<TenantRow> {
  const { id } = await findTenant(control, idOrSlug);
  await control.client.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return findTenant(control, id);
}
