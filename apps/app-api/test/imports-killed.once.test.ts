import { describe, expect, it } from '@jest/globals';
import { ServiceProcess, startSystem, until } from '@helpdeskly/testing';
import { importedAs, zipOf } from './archives.js';
import { formOf } from './files.js';
import { inDatabase } from './people.js';

/** More than a worker imports between two looks. */
const many = 1500;
const at = '2020-02-01T08:00:00Z';

describe('a worker that is killed while it imports', () => {
  it('is followed by one that goes on: nothing is lost, and nothing is there twice', async () => {
    const apart = await startSystem({ pooled: false, appQueues: true, appWorkers: false });
    try {
      const tenant = await apart.createTenant();
      const person = {
        id: 1,
        name: 'Zoe',
        email: 'zoe@customer.example',
        role: 'end-user',
        created_at: at,
        updated_at: at,
      };
      const tickets = Array.from({ length: many }, (_, index) => ({
        ...{ id: index + 1, subject: `Old ${index}`, description: 'x', status: 'open', requester_id: 1 },
        ...{ created_at: at, updated_at: at },
        comments: [{ id: index + 1, author_id: 1, body: `Said ${index}`, public: true, created_at: at }],
      }));
      const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      const zip = await zipOf({ 'users.json': lines([person]), 'tickets.json': lines(tickets) });
      const first = await ServiceProcess.start('app-worker', apart.installation.environment);
      const { body } = await tenant.admin.post('/imports', formOf(zip, 'export.zip'));
      const checked = await importedAs(tenant.admin, body.id, ['CHECKED']);
      const result = { accepted: { users: 1, tickets: many, comments: many }, refused: 0 };
      expect(checked.result).toEqual(result);
      await tenant.admin.post(`/imports/${body.id}/run`);
      const count = async () => (await inDatabase(tenant, 'SELECT count(*)::int AS n FROM "Ticket"'))[0].n as number;
      await until(async () => (await count()) > 0);
      first.signal('SIGKILL');
      await first.exit();
      expect(await count()).toBeLessThan(many);
      const second = await ServiceProcess.start('app-worker', apart.installation.environment);
      expect(await importedAs(tenant.admin, body.id, ['DONE', 'FAILED'])).toMatchObject({ status: 'DONE', result });
      expect(await second.stop()).toBe(0);
      const [sums] = await inDatabase(
        tenant,
        `SELECT count(*)::int AS tickets, sum("commentCount")::int AS counted, max("number") AS greatest,
                (SELECT count(*)::int FROM "Comment") AS comments,
                (SELECT count(*)::int FROM "TicketEvent" WHERE "type" = 'IMPORTED') AS events FROM "Ticket"`,
      );
      expect(sums).toEqual({ tickets: many, counted: many, greatest: many, comments: many, events: many });
    } finally {
      await apart.close();
    }
  });
});
