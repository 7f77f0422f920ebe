import { describe, expect, it } from '@jest/globals';
import { ServiceProcess, startSystem, until } from '@helpdeskly/testing';
import { openHelpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

/** More than a worker does between two looks. */
const many = 400;

describe('a worker that is killed', () => {
  it('leaves the rest to the next one: each ticket is changed once', async () => {
    const apart = await startSystem({ pooled: false, appQueues: true, appWorkers: false });
    try {
      const { admin, tenant } = await openHelpdesk(apart);
      await inDatabase(
        tenant,
        `WITH n AS (UPDATE "TicketCounter" SET "lastNumber" = ${many} RETURNING 1)
         INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById", "updatedAt", "tags")
         SELECT g, 'x', 'x', $1, $1, now(), '{many}' FROM generate_series(1, ${many}) g, n`,
        [admin.id],
      );
      const asked = { filter: { tag: 'many' }, changes: { priority: 'LOW' } };
      const { body } = await admin.post('/tickets/bulk', asked);
      const look = async () => (await admin.get(`/tickets/bulk/${body.id}`)).body;
      const doneCount = async () =>
        (await inDatabase(tenant, 'SELECT count("status")::int AS n FROM "BulkRunTicket"'))[0].n as number;
      const first = await ServiceProcess.start('app-worker', apart.installation.environment);
      await until(async () => (await doneCount()) > 0);
      first.signal('SIGKILL');
      await first.exit();
      expect(await doneCount()).toBeLessThan(many);
      const second = await ServiceProcess.start('app-worker', apart.installation.environment);
      await until(async () => (await look()).endedAt !== null);
      expect(await second.stop()).toBe(0);
      expect(await look()).toMatchObject({ status: 'DONE', result: { changed: many, refused: 0 } });
      const versions = await inDatabase(tenant, `SELECT "version", count(*)::int AS n FROM "Ticket" GROUP BY 1`);
      expect(versions).toEqual([{ version: 2, n: many }]);
    } finally {
      await apart.close();
    }
  });
});
