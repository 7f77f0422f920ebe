import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Answer } from '@helpdeskly/testing';
import { caller } from '../choices.js';
import type { CallerName, ControlModel } from '../model.js';
import { Order, refusal, roles } from '../order.js';
import type { TenantModel } from '../tenant-model.js';

interface Filters {
  readonly status?: string;
  readonly plan?: string;
  readonly q?: string;
  readonly serverId?: 'here' | 'nowhere';
  readonly schemaVersion?: 'present' | 'none';
}

const filters: fc.Arbitrary<Filters> = fc.record(
  {
    status: fc.constantFrom('ACTIVE', 'active,suspended', 'deleting, Failed', 'INACTIVE,inactive', 'provisioning'),
    plan: fc.constantFrom('standard', 'Gold', ' gold '),
    q: fc.constantFrom('M', '%', '_', '\\', 'ÉMILE', '3-3', 'renamed', '🎟', 'nobody'),
    serverId: fc.constantFrom('here', 'nowhere'),
    schemaVersion: fc.constantFrom('present', 'none'),
  },
  { requiredKeys: [] },
);

const sort = fc.constantFrom(
  undefined,
  ...['createdAt', 'updatedAt', 'slug', 'name'].flatMap((each) => [each, `-${each}`]),
);

function queryOf(model: ControlModel, { serverId, schemaVersion, ...others }: Filters): URLSearchParams {
  const { place } = model;
  const query = new URLSearchParams(others as Record<string, string>);
  if (serverId !== undefined)
    query.set('serverId', serverId === 'here' ? place.serverId : '01890a5d-ac96-774b-bcce-b302099a8057');
  if (schemaVersion !== undefined)
    query.set('schemaVersion', schemaVersion === 'present' ? `${place.migrations.at(-1)}` : 'none');
  return query;
}

function matches(tenant: TenantModel, { status, plan, q, serverId, schemaVersion }: Filters): boolean {
  const statuses = status?.split(',').map((each) => each.trim().toUpperCase());
  const holdsPart = (text: string) => q === undefined || text.toLowerCase().includes(q.toLowerCase());
  return (
    statuses?.includes(tenant.status) !== false &&
    (plan === undefined || tenant.plan === plan.trim()) &&
    (holdsPart(tenant.slug) || holdsPart(tenant.name)) &&
    serverId !== 'nowhere' &&
    (schemaVersion === undefined || (schemaVersion === 'present' && tenant.schemaVersion !== null))
  );
}

function sorted(tenants: readonly TenantModel[], by = '-createdAt'): TenantModel[] {
  const field = by.replace('-', '');
  const keys = (tenant: TenantModel) => [tenant.sortKey(field), tenant.id] as const;
  const upwards = [...tenants].sort((a, b) => compare(keys(a), keys(b)));
  return by.startsWith('-') ? upwards.reverse() : upwards;
}

/** By code points, as PostgreSQL's builtin locale does. */
function compare([a, idA]: readonly [string, string], [b, idB]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) || (idA < idB ? -1 : 1);
}

/** The whole list, page by page along the links. */
export const listing = fc
  .record({ by: caller, filters, sort, limit: fc.integer({ min: 1, max: 3 }), total: fc.boolean() })
  .map(({ by, filters, sort, limit, total }) => {
    const path = (model: ControlModel) => {
      const query = queryOf(model, filters);
      if (sort !== undefined) query.set('sort', sort);
      if (total) query.set('include', 'total');
      query.set('limit', String(limit));
      return `/tenants?${query.toString()}`;
    };
    const name = `list by ${sort ?? 'default'} in pages of ${limit} ${JSON.stringify(filters)}`;
    return walk(name, by, path, (model) => {
      const found = sorted(
        model.tenants.filter((tenant) => matches(tenant, filters)),
        sort,
      );
      return { found, limit, total: total ? found.length : undefined };
    });
  });

interface Found {
  readonly found: readonly TenantModel[];
  readonly limit: number;
  readonly total: number | undefined;
}

function walk(
  name: string,
  by: CallerName,
  path: (model: ControlModel) => string,
  find: (model: ControlModel) => Found,
): Order {
  return new Order(name, {
    by,
    roles: roles.readers,
    method: 'GET',
    path,
    settle: (model) => model.tenants.find(({ rotating }) => rotating), // It would move `updatedAt` under the walk.
    outcome: (model, _, world) => ({
      status: 200,
      apply: async (first) => {
        const { found, limit, total } = find(model);
        const caller = world.caller(model.credential(by));
        let answer = first;
        for (let from = 0; ; from += limit) {
          const rest = checkPage(answer, found.slice(from), limit, total);
          if (rest === undefined) break;
          answer = await caller.get(rest);
        }
      },
    }),
  });
}

/** Holds a page to what is left of the list; the path of the next one, when there is one. */
function checkPage(
  { body, headers }: Answer,
  left: readonly TenantModel[],
  limit: number,
  total?: number,
): string | undefined {
  const page = left.slice(0, limit);
  expect(body.data.map(({ slug }: { slug: string }) => slug)).toEqual(page.map(({ slug }) => slug));
  page.forEach((tenant, index) => tenant.observe(body.data[index]));
  const hasMore = left.length > limit;
  const nextCursor = hasMore ? expect.any(String) : null;
  expect(body.meta).toEqual({ limit, hasMore, nextCursor, ...(total === undefined ? {} : { total }) });
  const [, target] = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  expect(target !== undefined).toBe(hasMore);
  if (target !== undefined) expect(new URLSearchParams(target.split('?')[1]).get('cursor')).toBe(body.meta.nextCursor);
  return target;
}

const wrong = [
  'status=ALIVE',
  'status=',
  'limit=0',
  'limit=101',
  'limit=x',
  'sort=plan',
  'include=all',
  'serverId=x',
  'q=',
  'plan=%20',
  'what=1',
  'limit=1&limit=1',
];

export const listingWrongly = fc.record({ by: caller, query: fc.constantFrom(...wrong) }).map(
  ({ by, query }) =>
    new Order(`list ?${query}`, {
      by,
      roles: roles.readers,
      method: 'GET',
      path: () => `/tenants?${query}`,
      invalid: [query.split('=')[0] ?? ''],
      outcome: () => refusal(400, 'validation_failed'),
    }),
);

/** A cursor belongs to one list, one sort, one filter. */
export const misusingCursors = fc
  .record({
    by: caller,
    path: fc.constantFrom('/tenants?sort=slug', '/tenants?status=ACTIVE', '/audit-events?limit=5'),
  })
  .map(({ by, path }) => {
    let cursor = 'AAAA';
    return new Order(`go on with another list's cursor in ${path}`, {
      by,
      roles: roles.readers,
      method: 'GET',
      path: () => `${path}&cursor=${cursor}`,
      prepare: async ({ reader }) => {
        cursor = (await reader.get('/tenants?limit=1')).body.meta.nextCursor ?? 'AAAA';
      },
      outcome: () => refusal(400, 'invalid_cursor'),
    });
  });
