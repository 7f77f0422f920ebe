import fc from 'fast-check';
import { expect } from '@jest/globals';
import { caller, named, pathOf, reference, spell, type Reference, worthwhile } from '../choices.js';
import type { CallerName, ControlModel } from '../model.js';
import { notFound, Order, refusal, roles, type By, type Outcome } from '../order.js';
import type { TenantModel } from '../tenant-model.js';
import type { World } from '../world.js';
import { conflict, ifMatch, match, type Match } from './changes.js';
import { illegal } from './lifecycle.js';

const dayMs = 86_400_000;

export const deleting = fc
  .record({ by: caller, of: reference, match })
  .map(({ by, of, match }) => deletion(by, of, match, false));

/** Without grace: an OWNER's alone. */
export const purging = fc
  .record({ by: caller, of: reference, match })
  .map(({ by, of, match }) => deletion(by, of, match, true));

function deletion(by: CallerName, of: Reference, match: Match, now: boolean): Order {
  return new Order(`${now ? 'purge' : 'delete'} ${spell(of)}${match === 'none' ? '' : ` if ${match}`}`, {
    by,
    roles: now ? roles.owner : roles.writers,
    method: 'DELETE',
    when: worthwhile(of),
    path: (model) => `${pathOf(model, of)}${now ? '?purge=now' : ''}`,
    headers: (model) => ifMatch(match, named(model, of)),
    ...(match === 'malformed' ? { invalid: ['If-Match'] } : {}),
    settle: (model) => named(model, of),
    outcome: (model, actor, world) => remove(model, actor, world, named(model, of), match, now),
  });
}

function remove(
  model: ControlModel,
  by: By,
  world: World,
  tenant: TenantModel | undefined,
  match: Match,
  now: boolean,
): Outcome {
  if (tenant === undefined) return notFound;
  const refused = conflict(match, tenant);
  if (refused !== undefined) return refused;
  if (tenant.status === 'DELETING' && !now) return illegal(tenant, 'DELETING');
  return {
    status: 202,
    headers: { location: `/api/v1/tenants/${tenant.id}` },
    apply: async ({ body }) => {
      const { status: from } = tenant;
      tenant.statusBefore ??= from;
      tenant.move('DELETING', tenant.statusReason);
      tenant.purgeAt = body.purgeAt;
      const graceDays = (Date.parse(body.purgeAt) - Date.parse(body.updatedAt)) / dayMs;
      expect(graceDays).toBeCloseTo(now ? 0 : 7);
      const details = { from, to: 'DELETING', purgeAt: body.purgeAt };
      model.trail.expect({ action: 'tenant.deleted', by, tenant, details });
      if (!now) return tenant;
      tenant.observe(body);
      await world.gone(tenant.id);
      model.bury(tenant);
      return undefined;
    },
  };
}

export const restoring = fc.record({ by: caller, of: reference }).map(
  ({ by, of }) =>
    new Order(`restore ${spell(of)}`, {
      by,
      roles: roles.writers,
      method: 'POST',
      when: worthwhile(of, 'DELETING'),
      path: (model) => `${pathOf(model, of)}/restore`,
      outcome: (model, actor) => restore(model, actor, named(model, of)),
    }),
);

function restore(model: ControlModel, by: By, tenant: TenantModel | undefined): Outcome {
  if (tenant === undefined) return notFound;
  const { statusBefore: to } = tenant;
  if (tenant.status !== 'DELETING' || to === undefined) return illegal(tenant, 'ACTIVE');
  const apply = () => {
    tenant.move(to, tenant.statusReason);
    tenant.statusBefore = undefined;
    tenant.purgeAt = null;
    model.trail.expect({ action: 'tenant.restored', by, tenant, details: { from: 'DELETING', to } });
    return tenant;
  };
  return { status: 200, apply };
}

/** There is no other way of purging, and no such parameter. */
export const deletingWrongly = fc
  .record({ by: caller, of: reference, query: fc.constantFrom('purge=later', 'purge=', 'force=1') })
  .map(
    ({ by, of, query }) =>
      new Order(`delete ${spell(of)} ?${query}`, {
        by,
        roles: roles.writers,
        method: 'DELETE',
        when: worthwhile(of),
        path: (model) => `${pathOf(model, of)}?${query}`,
        invalid: [query.split('=')[0] ?? ''],
        outcome: () => refusal(400, 'validation_failed'),
      }),
  );
