import { expect } from '@jest/globals';
import fc from 'fast-check';
import { caller, named, pathOf, reference, spell, worthwhile } from '../choices.js';
import type { ControlModel } from '../model.js';
import { notFound, Order, roles, type Outcome } from '../order.js';
import type { World } from '../world.js';

const paging = fc.record({ limit: fc.integer({ min: 1, max: 7 }), upwards: fc.boolean() });

/** What was done to a tenant, page by page. */
export const readingTenantEvents = fc.record({ by: caller, of: reference, paging }).map(
  ({ by, of, paging: { limit, upwards } }) =>
    new Order(`read the events of ${spell(of)} in pages of ${limit}${upwards ? ' upwards' : ''}`, {
      by,
      roles: roles.readers,
      method: 'GET',
      when: worthwhile(of),
      path: (model) => `${pathOf(model, of)}/events?limit=${limit}${upwards ? '&sort=createdAt' : ''}`,
      settle: (model) => named(model, of),
      outcome: (model, _, world) => {
        const tenant = named(model, of);
        return tenant === undefined ? notFound : events(model, world, tenant.id, limit, upwards);
      },
    }),
);

/** The same from the audit trail, which outlives its tenants. */
export const readingAuditEvents = fc
  .record({ by: caller, which: fc.nat({ max: 5 }), paging })
  .map(({ by, which, paging: { limit, upwards } }) => {
    const find = ({ tenants, purged }: ControlModel) => {
      const all = [...tenants, ...purged];
      return all[which % Math.max(all.length, 1)];
    };
    const idOf = (model: ControlModel) => find(model)?.id ?? '01890a5d-ac96-774b-bcce-b302099a8057';
    return new Order(`read the audit events of tenant ${which} in pages of ${limit}${upwards ? ' upwards' : ''}`, {
      by,
      roles: roles.readers,
      method: 'GET',
      path: (model) => `/audit-events?tenantId=${idOf(model)}&limit=${limit}${upwards ? '&sort=createdAt' : ''}`,
      settle: find,
      outcome: (model, _, world) => events(model, world, idOf(model), limit, upwards),
    });
  });

function events(model: ControlModel, world: World, tenantId: string, limit: number, upwards: boolean): Outcome {
  return {
    status: 200,
    apply: async (answer) => {
      await model.trail.check(world.reader); // A rotation that has just ended is among them.
      const oldestFirst = model.trail.seen.filter((event) => event.tenantId === tenantId);
      const expected = upwards ? oldestFirst : oldestFirst.reverse();
      const shown: unknown[] = [];
      for (let page = answer; ;) {
        expect(page.body.data.length).toBe(Math.min(limit, expected.length - shown.length));
        shown.push(...page.body.data);
        const [, next] = /<\/api\/v1([^>]+)>/.exec(page.headers.get('link') ?? '') ?? [];
        if (next === undefined) break;
        page = await world.reader.get(next);
      }
      expect(shown).toEqual(expected);
    },
  };
}
