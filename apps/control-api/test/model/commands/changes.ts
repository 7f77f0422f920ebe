import fc from 'fast-check';
import { caller, named, pathOf, reference, spell, worthwhile } from '../choices.js';
import type { ControlModel } from '../model.js';
import { notFound, Order, refusal, roles, type By, type Outcome } from '../order.js';
import { effective, type Limits, type TenantModel } from '../tenant-model.js';

interface Change {
  readonly name?: string;
  readonly plan?: string;
  readonly limits?: Partial<Limits>;
}

export type Match = 'none' | 'fresh' | 'stale' | 'any' | 'weak' | 'malformed';
export const match = fc.constantFrom<Match>('none', 'none', 'fresh', 'stale', 'any', 'weak', 'malformed');

export function ifMatch(match: Match, tenant: TenantModel | undefined): Record<string, string> {
  const version = tenant?.version ?? 1;
  const tags = {
    fresh: `"${version}"`,
    stale: `"${version - 1}"`,
    any: '*',
    weak: `W/"${version}"`,
    malformed: `${version}`,
  };
  return match === 'none' ? {} : { 'if-match': tags[match] };
}

/** The refusal of what is meant for another version. */
export function conflict(match: Match, tenant: TenantModel): Outcome | undefined {
  if (match !== 'stale' && match !== 'weak') return undefined;
  return refusal(412, 'version_conflict', { currentVersion: tenant.version });
}

const changes: readonly Change[] = [
  {},
  { limits: {} },
  { name: 'Acme Inc.' },
  { name: ' Renamed & Söhne ' },
  { name: 'Renamed', plan: 'Gold' },
  { plan: 'standard' },
  { limits: { maxConnections: 20 } },
  { limits: { maxConnections: 3, requestsPerMinute: 12_000 } },
  { limits: { storageBytes: 5_000_000 } },
  { limits: { storageBytes: null, maxConnections: null } },
  { limits: { storageBytes: 10_737_418_240 } },
  { name: 'aaa', plan: ' gold', limits: { requestsPerMinute: 100_000_000 } },
];

export const changing = fc.record({ by: caller, of: reference, body: fc.constantFrom(...changes), match }).map(
  ({ by, of, body, match }) =>
    new Order(`change ${spell(of)}${match === 'none' ? '' : ` if ${match}`}`, {
      by,
      roles: roles.writers,
      method: 'PATCH',
      when: worthwhile(of),
      path: (model) => pathOf(model, of),
      body,
      headers: (model) => ifMatch(match, named(model, of)),
      ...(match === 'malformed' ? { invalid: ['If-Match'] } : {}),
      settle: (model) => named(model, of),
      outcome: (model, actor) => change(model, actor, named(model, of), body, match),
    }),
);

function change(model: ControlModel, by: By, tenant: TenantModel | undefined, input: Change, match: Match): Outcome {
  if (tenant === undefined) return notFound;
  return (
    conflict(match, tenant) ?? {
      status: 200,
      apply: () => {
        const details = rewrite(tenant, { name: input.name?.trim(), plan: input.plan?.trim(), ...input.limits });
        if (Object.keys(details).length === 0) return tenant;
        tenant.version++;
        model.trail.expect({ action: 'tenant.updated', by, tenant, details });
        return tenant;
      },
    }
  );
}

/** Writes what differs, and says what that was. */
function rewrite(tenant: TenantModel, to: Partial<Limits> & { name?: string; plan?: string }): object {
  const { name = tenant.name, plan = tenant.plan, ...limits } = to;
  const before = { name: tenant.name, plan: tenant.plan, ...tenant.limits };
  const shown = effective(tenant.limits); // Writing what applies changes nothing.
  const written = Object.entries(limits).filter(([field, value]) => value !== shown[field as keyof Limits]);
  const after = { ...before, name, plan, ...(Object.fromEntries(written) as Partial<Limits>) };
  tenant.name = name;
  tenant.plan = plan;
  const { maxConnections, requestsPerMinute, storageBytes } = after;
  tenant.limits = { maxConnections, requestsPerMinute, storageBytes };
  const fields = Object.keys(before) as (keyof typeof before)[];
  const changed = fields.filter((field) => before[field] !== after[field]);
  return Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }]));
}

const wrong: readonly (readonly [body: unknown, fields: readonly string[]])[] = [
  [{ slug: 'other' }, ['slug']],
  [{ name: null }, ['name']],
  [{ name: ' ' }, ['name']],
  [{ plan: 'x'.repeat(51), version: 3 }, ['plan', 'version']],
  [{ limits: null }, ['limits']],
  [{ limits: { maxConnections: 1001, more: 1 } }, ['limits.maxConnections', 'limits.more']],
  [{ limits: { requestsPerMinute: '5' } }, ['limits.requestsPerMinute']],
  [{ limits: { storageBytes: -1 } }, ['limits.storageBytes']],
  [{ status: 'ACTIVE', purgeAt: null }, ['purgeAt', 'status']],
];

/** Wrong for every tenant, whether it is there or not, whatever version is meant. */
export const changingWrongly = fc.record({ by: caller, of: reference, chosen: fc.constantFrom(...wrong) }).map(
  ({ by, of, chosen: [body, invalid] }) =>
    new Order(`change ${spell(of)} wrongly`, {
      by,
      roles: roles.writers,
      method: 'PATCH',
      when: worthwhile(of),
      path: (model) => pathOf(model, of),
      body,
      headers: () => ({ 'if-match': '"0"' }),
      invalid,
      outcome: () => refusal(400, 'validation_failed'),
    }),
);
