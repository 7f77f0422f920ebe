import fc from 'fast-check';
import { caller, named, pathOf, reference, slug, spell, type Reference, worthwhile } from '../choices.js';
import type { CallerName, ControlModel } from '../model.js';
import { notFound, Order, refusal, roles, type By, type OrderSpec, type Outcome } from '../order.js';
import { stepsToCome } from '../steps.js';
import { moves, type Status, type TenantModel } from '../tenant-model.js';
import type { World } from '../world.js';
import { recordProvisioning } from './creation.js';

type Act = (model: ControlModel, by: By, tenant: TenantModel, world: World) => Outcome;

function action(name: string, act: Act, from?: Status) {
  return fc
    .record({ by: caller, of: reference })
    .map(({ by, of }) => order(name, by, of, { when: worthwhile(of, from) }, act));
}

function order(name: string, by: CallerName, of: Reference, more: Pick<OrderSpec, 'when' | 'body'>, act: Act): Order {
  return new Order(`${name} ${spell(of)}`, {
    ...more,
    by,
    roles: roles.writers,
    method: 'POST',
    path: (model) => `${pathOf(model, of)}/${name}`,
    outcome: (model, actor, world) => {
      const tenant = named(model, of);
      return tenant === undefined ? notFound : act(model, actor, tenant, world);
    },
  });
}

export function illegal({ status }: TenantModel, to: string): Outcome {
  return refusal(409, 'invalid_transition', { from: status, to, allowed: [...moves[status]] });
}

/** A move among ACTIVE, SUSPENDED and INACTIVE; a new reason alone is one too. */
function move(model: ControlModel, by: By, tenant: TenantModel, to: Status, action: string, reason: string | null) {
  const { status: from } = tenant;
  if (from !== to && !(['ACTIVE', 'SUSPENDED', 'INACTIVE'] as Status[]).includes(from)) return illegal(tenant, to);
  const apply = () => {
    if (from === to && tenant.statusReason === reason) return tenant;
    tenant.move(to, reason);
    const details = { from, to, ...(reason === null ? {} : { reason }) };
    model.trail.expect({ action, by, tenant, details });
    return tenant;
  };
  return { status: 200, apply };
}

const reasons = [undefined, {}, { reason: 'unpaid' }, { reason: ' unpaid ' }, { reason: 'abuse' }, { reason: null }];

export const suspending = fc
  .record({ by: caller, of: reference, body: fc.constantFrom(...reasons) })
  .map(({ by, of, body }) =>
    order('suspend', by, of, { body, when: worthwhile(of) }, (model, actor, tenant) => {
      const given = body?.reason;
      const kept = tenant.status === 'SUSPENDED' ? tenant.statusReason : null;
      const reason = given === undefined ? kept : (given?.trim() ?? null);
      return move(model, actor, tenant, 'SUSPENDED', 'tenant.suspended', reason);
    }),
  );

export const deactivating = action('deactivate', (model, by, tenant) =>
  move(model, by, tenant, 'INACTIVE', 'tenant.deactivated', null),
);

export const activating = action('activate', (model, by, tenant) =>
  move(model, by, tenant, 'ACTIVE', 'tenant.activated', null),
);

export const retrying = action('retry', retry, 'FAILED');

function retry(model: ControlModel, by: By, tenant: TenantModel, world: World): Outcome {
  if (tenant.status !== 'FAILED') return illegal(tenant, 'PROVISIONING');
  const { version, attempt } = tenant;
  return {
    status: 202,
    headers: { location: `/api/v1/tenants/${tenant.id}` },
    body: expectRetry(tenant),
    apply: async () => {
      tenant.attempt = attempt + 1;
      tenant.version = version + 2;
      model.trail.expect({ action: 'tenant.retried', by, tenant, details: { attempt: attempt + 1 } });
      tenant.provisioned();
      recordProvisioning(model, tenant);
      tenant.observe(await world.provisioned(tenant.id));
    },
  };
}

function expectRetry(tenant: TenantModel): unknown {
  const provisioning = { attempt: tenant.attempt + 1, steps: stepsToCome };
  return tenant.showing({ status: 'PROVISIONING', statusReason: null, version: tenant.version + 1, provisioning });
}

const wrong: readonly (readonly [name: string, body: unknown, fields: readonly string[]])[] = [
  ['suspend', { reason: '' }, ['reason']],
  ['suspend', { reason: 'x'.repeat(501), by: 'me' }, ['by', 'reason']],
  ['deactivate', { reason: 'x' }, ['reason']],
  ['activate', { force: true }, ['force']],
  ['retry', { attempt: 1 }, ['attempt']],
  ['restore', { status: 'ACTIVE' }, ['status']],
  ['credentials/rotate', { password: 'mine' }, ['password']],
  ['admin-invitation', { email: 'me@b.test' }, ['email']],
];

/** Fields that an action does not have are refused before anybody looks for the tenant. */
export const actingWrongly = fc.record({ by: caller, of: reference, chosen: fc.constantFrom(...wrong) }).map(
  ({ by, of, chosen: [name, body, invalid] }) =>
    new Order(`${name} ${spell(of)} wrongly`, {
      by,
      roles: roles.writers,
      method: 'POST',
      when: worthwhile(of),
      path: (model) => `${pathOf(model, of)}/${name}`,
      body,
      invalid,
      outcome: () => refusal(400, 'validation_failed'),
    }),
);

/** Somebody mends what an unlucky tenant failed at. */
export const mending = slug.map((which) => ({
  check: (model: ControlModel) => model.tenant(which)?.status === 'FAILED',
  run: async (model: ControlModel, world: World) => {
    const tenant = model.tenant(which);
    if (tenant === undefined) return;
    await world.mend(tenant);
    tenant.unlucky = false;
  },
  toString: () => `mend ${which}`,
}));
