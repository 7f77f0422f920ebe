import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import type { Prisma } from '@helpdeskly/tenant-db';
import { filtersOf } from '../src/ticket-lists/ticket-filters.js';
import { countTickets, listTickets } from '../src/ticket-lists/ticket-list.js';
import type { TicketOrder, TicketPosition } from '../src/ticket-lists/ticket-order.js';
import type { Viewer } from '../src/ticket-core/viewer.js';
import { walk } from './helpdesk.js';

let system: System;
let tenant: TestTenant;
let viewer: Viewer;
let someone: string;
const tickets = 10_000;

beforeAll(async () => {
  system = await sharedSystem();
  tenant = await system.createTenant();
  viewer = { id: tenant.admin.id, role: 'ADMIN' };
  await connected(urlOf(tenant.databaseName), async (client) => {
    await client.query('SET session_replication_role = replica'); // No search index is needed here.
    await client.query(
      `INSERT INTO "Ticket" ("id", "number", "title", "description", "status", "priority", "authorId", "submittedById", "assignedToId",
                             "mergedIntoId", "resolvedAt", "createdAt", "updatedAt", "publicUpdatedAt")
       SELECT CASE n WHEN 1 THEN f."id" ELSE uuidv7() END, n, 'Ticket ' || n, repeat('Some words. ', 30),
              (ARRAY['OPEN','PENDING','RESOLVED','CLOSED'])[1 + n % 4]::"TicketStatus",
              (ARRAY['LOW','MEDIUM','HIGH','URGENT'])[1 + n % 3]::"TicketPriority", u."id", u."id", CASE n % 50 WHEN 0 THEN u."id" END,
              CASE n % 20 WHEN 3 THEN f."id" END,
              CASE WHEN n % 4 > 1 THEN now() - n * interval '7 seconds' END, now(), now() - n * interval '1 second', now()
         FROM "User" u, (SELECT uuidv7() AS "id" OFFSET 0) f, generate_series(1, $1::int) n`,
      [tickets],
    );
    await client.query('VACUUM ANALYZE "Ticket"');
    const { rows } = await client.query<{ id: string }>('SELECT "id" FROM "Ticket" WHERE "number" = $1', [tickets / 2]);
    someone = rows[0]?.id ?? '';
  });
});

afterAll(() => system?.close());

/** As after a vacuum that nobody's snapshot held up. */
const allVisible = `
  SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'Ticket', 'relpages', "relpages", 'relallvisible', "relpages")
    FROM pg_class WHERE "oid" = '"Ticket"'::regclass`;

/** How a statement is answered: EXPLAIN's tree of steps, after `prepare`. */
async function planOf({ text, values }: Prisma.Sql, prepare = ''): Promise<string> {
  const rows = await connected(urlOf(tenant.databaseName), async (client) => {
    await client.query(prepare);
    return (await client.query(`EXPLAIN (COSTS OFF) ${text}`, [...values])).rows;
  });
  return rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
}

const pageOf = (order: TicketOrder, query: object = {}, after?: TicketPosition) =>
  planOf(listTickets(filtersOf(query, viewer), { order, rows: 26, ...(after && { after }) }, viewer));

describe('a page of tickets among many', () => {
  const later = (): TicketPosition => ({ values: [new Date().toISOString()], id: someone });
  const unresolved = (): TicketPosition => ({ values: [null], id: someone });

  it.each([true, false])('is found by an index when it is sorted by resolvedAt, descending: %s', async (descending) => {
    const order = [{ by: 'resolvedAt', descending }] as const;
    for (const after of [undefined, later(), unresolved()]) {
      const plan = await pageOf(order, {}, after);
      expect(plan).toMatch(/Index Scan.* using "Ticket_resolvedAt_idx"/);
      expect(plan).not.toMatch(/Seq Scan on "Ticket"|Bitmap/);
    }
    expect(await pageOf(order, {}, later())).toMatch(/Index Cond: \(\("?resolvedAt"? IS NOT NULL\) AND \(ROW/);
  });

  it.each(['updatedAt', 'createdAt', 'priority', 'number'] as const)('is, by %s', async (by) => {
    const plan = await pageOf([{ by, descending: true }]);
    expect(plan).toMatch(new RegExp(`Index Scan.* using "Ticket_${by}_(?:idx|key)"`));
    expect(plan).not.toMatch(/Seq Scan on "Ticket"/);
  });

  it.each([{}, { status: 'OPEN' }, { assignedTo: 'me' }, { priority: 'LOW' }, { status: 'OPEN', merged: 'include' }])(
    'is counted from an index alone: %j',
    async (query) => {
      const plan = await planOf(countTickets(filtersOf(query as object, viewer), viewer), allVisible);
      expect(plan).toMatch(/Index Only Scan/);
    },
  );

  it.each(['resolvedAt', '-resolvedAt', '-resolvedAt,-priority', 'resolvedAt,number'])(
    'follows the one before when the list is sorted by %s',
    async (sort) => {
      const path = `/tickets?limit=100&sort=${sort}&assignedTo=${tenant.admin.id}`;
      const all = await walk(tenant.admin, path);
      expect(new Set(all.map(({ number }) => number)).size).toBe(tickets / 50);
      const sign = sort.startsWith('-') ? -1 : 1;
      const times = all.map(({ resolvedAt }) => resolvedAt).filter((at) => at !== null);
      expect(times).toEqual(times.toSorted((one, other) => sign * one.localeCompare(other)));
      expect(all.slice(times.length).every(({ resolvedAt }) => resolvedAt === null)).toBe(true);
      expect(times.length).toBe(tickets / 100);
    },
  );
});
