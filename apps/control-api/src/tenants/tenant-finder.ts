import { ControlDatabase, type Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { isSlug } from '@helpdeskly/tenancy';
import type { TenantRow } from './tenant-view.js';

/** What a table of tenants needs. */
export const partsWithoutSteps = { schemaSet: { select: { names: true } }, storage: true } as const;

/** The related rows that every view of a tenant needs. */
export const tenantParts = { steps: true, ...partsWithoutSteps } as const;

/** The tenant of a path, by id or by slug (no slug has the form of a UUID), with its steps. Throws NotFound. */
export async function findTenant(control: Pick<ControlDatabase, 'client'>, idOrSlug: string): Promise<TenantRow> {
  const where = namedBy(idOrSlug);
  const row = where && (await control.client.tenant.findUnique({ where, include: tenantParts }));
  if (row === undefined || row === null) throw new NotFound('tenant');
  return row;
}

/** Only who it is. Throws NotFound. */
export async function identify(
  control: Pick<ControlDatabase, 'client'>,
  idOrSlug: string,
): Promise<{ readonly id: string; readonly slug: string }> {
  const where = namedBy(idOrSlug);
  const row = where && (await control.client.tenant.findUnique({ where, select: { id: true, slug: true } }));
  if (row === undefined || row === null) throw new NotFound('tenant');
  return row;
}

/** The same, locked until the open transaction ends. */
export async function lockTenant(control: Pick<ControlDatabase, 'client'>, idOrSlug: string): Promise<TenantRow> {
  const { id } = await identify(control, idOrSlug);
  await control.client.$executeRaw`SELECT FROM "Tenant" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return findTenant(control, id);
}

function namedBy(idOrSlug: string): Prisma.TenantWhereUniqueInput | undefined {
  if (isUuid(idOrSlug)) return { id: idOrSlug };
  return isSlug(idOrSlug) ? { slug: idOrSlug } : undefined;
}
