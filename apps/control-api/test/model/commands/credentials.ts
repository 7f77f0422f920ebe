import { expect } from '@jest/globals';
import fc from 'fast-check';
import { caller, idempotencyKey, named, pathOf, reference, spell, worthwhile } from '../choices.js';
import type { ControlModel } from '../model.js';
import { notFound, Order, refusal, roles, type By, type Outcome } from '../order.js';
import type { TenantModel } from '../tenant-model.js';
import type { World } from '../world.js';

/** Once the end was waited for, or not: then it comes between other orders. */
export const rotating = fc.record({ by: caller, of: reference, waits: fc.boolean() }).map(
  ({ by, of, waits }) =>
    new Order(`rotate the credentials of ${spell(of)}${waits ? ' and wait' : ''}`, {
      by,
      roles: roles.writers,
      method: 'POST',
      when: worthwhile(of),
      path: (model) => `${pathOf(model, of)}/credentials/rotate`,
      outcome: (model, actor, world) => rotate(model, actor, world, named(model, of), waits),
    }),
);

async function rotate(
  model: ControlModel,
  by: By,
  world: World,
  tenant: TenantModel | undefined,
  waits: boolean,
): Promise<Outcome> {
  if (tenant === undefined) return notFound;
  const { status } = tenant;
  if (status === 'FAILED' || status === 'DELETING')
    return refusal(409, 'invalid_transition', { from: status, to: status, allowed: [] });
  const running = await runningRotation(world, tenant);
  return {
    status: 202,
    headers: { location: `/api/v1/tenants/${tenant.id}` },
    apply: async ({ body }) => {
      // Another one may begin at the moment in which the former credential of the last one goes.
      const begins = running === 'none' || (running === 'ending' && body.version === tenant.version + 1);
      if (begins) {
        tenant.version++;
        tenant.rotating = true;
        tenant.credentialGeneration++;
        model.trail.expect({ action: 'tenant.credentials_rotation_requested', by, tenant });
        model.trail.expectRotation(tenant.id, tenant.credentialGeneration);
      }
      tenant.observe(body);
      if (waits) await world.settle(tenant);
    },
  };
}

/** Whether a rotation runs: its next credential is being made, or it only waits for the former one to be let go of. */
async function runningRotation(world: World, tenant: TenantModel): Promise<'none' | 'making' | 'ending'> {
  const find = async () => {
    const [row] = await world.system.installation.query<{ next: string | null; former: string | null }>(
      'SELECT "nextRoleName" AS next, "formerRoleName" AS former FROM "Tenant" WHERE "id" = $1',
      [tenant.id],
    );
    return row;
  };
  const row = await find();
  if (row === undefined) return 'none';
  if (row.next !== null) return 'making';
  await world.settle(tenant);
  return row.former === null ? 'none' : 'ending';
}

export const invitingAdmin = fc.record({ by: caller, of: reference, key: idempotencyKey }).map(
  ({ by, of, key }) =>
    new Order(`invite the admin of ${spell(of)}`, {
      by,
      roles: roles.writers,
      method: 'POST',
      when: worthwhile(of),
      path: (model) => `${pathOf(model, of)}/admin-invitation`,
      idempotencyKey: key,
      outcome: (model, actor) => invite(model, actor, named(model, of)),
    }),
);

function invite(model: ControlModel, by: By, tenant: TenantModel | undefined): Outcome {
  if (tenant === undefined) return notFound;
  if (!tenant.wasActive) return { ...refusal(503, 'tenant_unavailable'), headers: { 'retry-after': '5' } };
  const { id: tenantId, adminEmail: email, slug } = tenant;
  const appUrl = model.place.appUrlOf(slug);
  return {
    status: 201,
    body: {
      tenantId,
      email,
      token: expect.stringMatching(/^hdi_/),
      link: expect.stringContaining(`${appUrl}/invitation#hdi_`),
      url: `${appUrl}/api/v1/auth/invitations/accept`,
      expiresAt: expect.any(String),
    },
    about: tenant,
    apply: () => model.trail.expect({ action: 'tenant.admin_invited', by, tenant, details: { email } }),
  };
}
