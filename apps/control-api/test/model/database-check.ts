import { expect } from '@jest/globals';
import { asAdmin, until } from '@helpdeskly/testing';
import type { ControlModel } from './model.js';
import { effective, type TenantModel } from './tenant-model.js';
import type { World } from './world.js';

interface Row {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
  readonly databaseName: string;
  readonly roleName: string;
  readonly nextRoleName: string | null;
  readonly formerRoleName: string | null;
  readonly accessOpen: boolean;
  readonly adminPasswordHash: string | null;
}

/** Holds PostgreSQL itself to the model, once the workers have done what was asked for. */
export async function checkDatabase(model: ControlModel, world: World): Promise<void> {
  for (const tenant of model.tenants) await world.settle(tenant);
  await until(async () => (await rows(world)).every((row) => isDone(row)));
  const found = await rows(world);
  expect(found.map(({ id, slug, status }) => ({ id, slug, status }))).toEqual(
    [...model.tenants].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, slug, status }) => ({ id, slug, status })),
  );
  for (const row of found) {
    const tenant = model.tenant(row.slug);
    if (tenant !== undefined) await checkTenant(world, tenant, row);
  }
  for (const tenant of model.purged) await checkPurged(world, tenant);
}

const rows = ({ system }: World) =>
  system.installation.query<Row & Record<string, unknown>>('SELECT * FROM "Tenant" ORDER BY "id"');

/** No rotation is being made, and the roles of a closed tenant are shut. */
function isDone({ status, nextRoleName, accessOpen }: Row): boolean {
  return nextRoleName === null && (!accessOpen || !['SUSPENDED', 'INACTIVE', 'DELETING'].includes(status));
}

async function checkTenant(world: World, tenant: TenantModel, row: Row): Promise<void> {
  const roles = await rolesOf(tenant);
  const current = roles.find(({ name }) => name === row.roleName);
  expect(current).toMatchObject({ limit: effective(tenant.limits).maxConnections });
  // A failed tenant's role may be open or shut: app-api lets nobody in, and there is nothing to see.
  if (tenant.status !== 'FAILED') expect(roles.map(({ login }) => login)).toEqual(roles.map(() => tenant.isOpen));
  for (const { name } of roles) expect([row.roleName, row.formerRoleName]).toContain(name);
  expect(await databases(tenant)).toBe(1);
  if (tenant.wasActive) expect(row.adminPasswordHash).toBeNull();
  await checkAppApi(world, tenant);
}

const answers = { ACTIVE: 401, SUSPENDED: 403, INACTIVE: 403, DELETING: 403, FAILED: 503 } as const;

/** The app API hears of a status within a second; an unauthenticated request gets as far as the tenant's state lets it. */
async function checkAppApi({ system }: World, { slug, status }: TenantModel): Promise<void> {
  const visitor = system.app.as({ 'x-tenant-slug': slug });
  await until(async () => (await visitor.get('/tickets')).status === answers[status]);
}

/** Nothing is left of it but the audit trail and a tombstone. */
async function checkPurged({ system }: World, tenant: TenantModel): Promise<void> {
  expect(await rolesOf(tenant)).toEqual([]);
  expect(await databases(tenant)).toBe(0);
  const { id } = tenant;
  const [left] = await system.installation.query(
    `SELECT (SELECT count(*)::int FROM "TenantTombstone" WHERE "id" = $1) AS tombstones,
            (SELECT count(*)::int FROM "ProvisioningStep" WHERE "tenantId" = $1) AS steps,
            (SELECT count(*)::int FROM "IdempotencyKey" WHERE "resourceId" = $1::text) AS answers`,
    [id],
  );
  expect(left).toEqual({ tombstones: 1, steps: 0, answers: 0 });
}

function rolesOf({ databaseName }: TenantModel): Promise<{ name: string; login: boolean; limit: number }[]> {
  return asAdmin(async (admin) => {
    const { rows } = await admin.query<{ name: string; login: boolean; limit: number }>(
      `SELECT rolname AS name, rolcanlogin AS login, rolconnlimit AS "limit" FROM pg_roles WHERE rolname LIKE $1`,
      [`${databaseName.replace('_', '\\_')}\\_%`],
    );
    return rows;
  });
}

function databases({ databaseName }: TenantModel): Promise<number | null> {
  return asAdmin(
    async (admin) => (await admin.query('SELECT FROM pg_database WHERE datname = $1', [databaseName])).rowCount,
  );
}
