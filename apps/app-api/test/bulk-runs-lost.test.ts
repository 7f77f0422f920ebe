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
          `with n as (update "TicketCounter" set "lastNumber" = 60 returning 1)
           insert into "Ticket" ("number", "title", "description", "authorId", "submittedById", "updatedAt")
           select g, 'x', 'x', $1, $1, now() from generate_series(1, 60) g, n`,
          [admin.id],
        );
        const [run] = await inDatabase(
          tenant,
          `with run as (insert into "BulkRun" ("actorId", "work", "total")
                        values ($1, '{"changes":{"priority":"URGENT"}}', 60) returning "id"),
                kept as (insert into "BulkRunTicket" ("runId", "place", "ticketId")
                         select run."id", t."number", t."id" from run, "Ticket" t)
           select "id" from run`,
          [admin.id],
        );
        return { tenant, id: run.id as string };
      }),
    );
    for (const { tenant, id } of runs) {
      await until(
        async () =>
          (await inDatabase(tenant, 'select "endedAt" as at from "BulkRun" where "id" = $1', [id]))[0].at !== null,
      );
      const tickets = 'select "priority"::text, "version", count(*)::int as n from "Ticket" group by 1, 2';
      expect(await inDatabase(tenant, tickets)).toEqual([{ priority: 'URGENT', version: 2, n: 60 }]);
      const events = `select "ticketId" from "TicketEvent" where "type" = 'PRIORITY_CHANGED' group by 1 having count(*) > 1`;
      expect(await inDatabase(tenant, events)).toEqual([]);
    }
  });
});
