import { expect } from '@jest/globals';
import fc from 'fast-check';
import { caller, idempotencyKey, rarely, slug } from '../choices.js';
import type { ControlModel } from '../model.js';
import { Order, refusal, roles, type By, type Outcome } from '../order.js';
import { beginning, noLimits, TenantModel, type Wanted } from '../tenant-model.js';
import type { World } from '../world.js';

const names = ['Acme Inc.', '  Émile & Söhne ', '100% sure_thing', 'back\\slash', '🎟'.repeat(200)];
const limits = [
  undefined,
  {},
  { maxConnections: 2 },
  { requestsPerMinute: 0 },
  { maxConnections: 1000, requestsPerMinute: 7, storageBytes: 5_000_000 },
  { storageBytes: null },
];

const input = fc.record({
  slug,
  name: fc.constantFrom(...names),
  plan: fc.constantFrom(undefined, undefined, 'Gold', ' gold '),
  limits: fc.constantFrom(...limits),
  lucky: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  invited: fc.boolean(),
  anyway: rarely,
});

/** `Prefer: wait`, or not; a key, or not. */
export const creating = fc
  .record({ by: caller, input, waits: fc.boolean(), key: idempotencyKey })
  .map(({ by, input: { lucky, invited, anyway, ...tenant }, waits, key }) => {
    const email = `Admin@${lucky ? `${tenant.slug}.test` : 'unlucky.test'}`;
    const admin = { email, name: 'Ada', ...(invited ? {} : { password: 'correct horse battery' }) };
    return new Order(waits ? 'create and wait' : 'create', {
      by,
      roles: roles.writers,
      when: (model) => anyway || model.tenant(tenant.slug) === undefined,
      method: 'POST',
      path: () => '/tenants',
      body: { ...tenant, admin },
      headers: (): Record<string, string> => (waits ? { prefer: 'wait=30' } : {}),
      idempotencyKey: key,
      outcome: (model, actor, world) => create(model, actor, world, wanted(tenant, email), waits),
    });
  });

function wanted(
  { slug, name, plan = 'standard', limits }: { slug: string; name: string; plan?: string; limits?: object },
  adminEmail: string,
): Wanted {
  const allLimits = { ...noLimits, ...limits };
  return { slug, name: name.trim(), plan: plan.trim(), limits: allLimits, adminEmail };
}

function create(model: ControlModel, by: By, world: World, request: Wanted, waits: boolean): Outcome {
  if (model.tenant(request.slug) !== undefined) return refusal(409, 'slug_taken');
  const { place } = model;
  const isLucky = !request.adminEmail.endsWith('@unlucky.test');
  return {
    status: waits && isLucky ? 201 : 202,
    ...(waits ? {} : { body: beginning(place, request) }),
    headers: { 'preference-applied': waits ? 'wait=30' : null },
    apply: async ({ body, headers }) => {
      expect(headers.get('location')).toBe(`/api/v1/tenants/${body.id}`);
      expect(model.purged.map(({ id }) => id)).not.toContain(body.id);
      const tenant = new TenantModel(place, request, body);
      model.tenants.push(tenant);
      const { name, plan, adminEmail } = request;
      const details = { name, plan, adminEmail, serverId: place.serverId };
      model.trail.expect({ action: 'tenant.created', by, tenant, details });
      recordProvisioning(model, tenant);
      if (waits) return tenant;
      tenant.observe(await world.provisioned(tenant.id));
      return undefined;
    },
  };
}

/** The end of an attempt, as the audit trail has it. */
export function recordProvisioning({ trail }: ControlModel, tenant: TenantModel): void {
  if (tenant.status === 'FAILED')
    trail.expect({
      action: 'tenant.failed',
      tenant,
      details: { reason: tenant.statusReason, attempt: tenant.attempt },
    });
  else trail.expect({ action: 'tenant.activated', tenant });
}

const good = { slug: 'fine', name: 'Fine', admin: { email: 'a@b.test', name: 'Ada' } };
/** Bodies, and the fields in which they break a rule. */
const wrong: readonly (readonly [body: unknown, fields: readonly string[]])[] = [
  [{}, ['admin', 'name', 'slug']],
  [{ ...good, slug: 'admin' }, ['slug']],
  [{ ...good, slug: 'www' }, ['slug']],
  [{ ...good, slug: 'Fine' }, ['slug']],
  [{ ...good, slug: 'f' }, ['slug']],
  [{ ...good, slug: 'a--b' }, ['slug']],
  [{ ...good, slug: 'x'.repeat(51) }, ['slug']],
  [{ ...good, slug: '01890a5d-ac96-774b-bcce-b302099a8057' }, ['slug']],
  [{ ...good, name: '   ' }, ['name']],
  [{ ...good, name: null }, ['name']],
  [{ ...good, name: '🎟'.repeat(201) }, ['name']],
  [{ ...good, plan: '' }, ['plan']],
  [{ ...good, plan: 7 }, ['plan']],
  [{ ...good, limits: { maxConnections: 1 } }, ['limits.maxConnections']],
  [
    { ...good, limits: { maxConnections: 5.5, requestsPerMinute: -1 } },
    ['limits.maxConnections', 'limits.requestsPerMinute'],
  ],
  [{ ...good, limits: [] }, ['limits']],
  [{ ...good, admin: { email: 'nobody', name: 'Ada', password: 'short' } }, ['admin.email', 'admin.password']],
  [{ ...good, admin: 'ada' }, ['admin']],
  [{ ...good, admin: { ...good.admin, role: 'ADMIN' } }, ['admin.role']],
  [{ ...good, status: 'ACTIVE', id: 'x' }, ['id', 'status']],
  [[], ['(body)']],
  ['null', ['(body)']],
];

export const creatingWrongly = fc.record({ by: caller, chosen: fc.constantFrom(...wrong), key: idempotencyKey }).map(
  ({ by, chosen: [body, invalid], key }) =>
    new Order('create wrongly', {
      by,
      roles: roles.writers,
      method: 'POST',
      path: () => '/tenants',
      body,
      invalid,
      idempotencyKey: key,
      outcome: () => refusal(400, 'validation_failed'),
    }),
);
