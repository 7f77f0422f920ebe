import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

let system: System;
let desks: Helpdesk[];

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TICKET_BULK_SURVEY: '1s' } });
  desks = [];
  for (let count = 0; count < 2; count++) desks.push(await openHelpdesk(system));
});
afterAll(() => system?.close());

describe('a run whose job was lost', () => {
  it('is done without anybody asking for it, in each tenant that has one, and no ticket twice', async () => {
    const runs = await Promise.all(
      desks.map(async ({ admin, tenant }) => {
        await inDatabase(
          tenant,
          `WITH n AS (UPDATE "TicketCounter" SET "lastNumber" = 60 RETURNING 1)
           INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById", "updatedAt")
           SELECT g, 'x', 'x', $1, $1, now() FROM generate_series(1, 60) g, n`,
          [admin.id],
        );
        const [run] = await inDatabase(
          tenant,
          `WITH run AS (INSERT INTO "BulkRun" ("actorId", "work", "total")
                        VALUES ($1, '{"changes":{"priority":"URGENT"}}', 60) RETURNING "id"),
                kept AS (INSERT INTO "BulkRunTicket" ("runId", "place", "ticketId")
                         SELECT run."id", t."number", t."id" FROM run, "Ticket" t)
           SELECT "id" FROM run`,
          [admin.id],
        );
        return { tenant, id: run.id as string };
      }),
    );
    for (const { tenant, id } of runs) {
      await until(
        async () =>
          (await inDatabase(tenant, 'SELECT "endedAt" AS at FROM "BulkRun" WHERE "id" = $1', [id]))[0].at !== null,
      );
      const tickets = 'SELECT "priority"::text, "version", count(*)::int AS n FROM "Ticket" GROUP BY 1, 2';
      expect(await inDatabase(tenant, tickets)).toEqual([{ priority: 'URGENT', version: 2, n: 60 }]);
      const events = `SELECT "ticketId" FROM "TicketEvent" WHERE "type" = 'PRIORITY_CHANGED' GROUP BY 1 HAVING count(*) > 1`;
      expect(await inDatabase(tenant, events)).toEqual([]);
    }
  });
});
