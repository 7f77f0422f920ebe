import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, urlOf, type Caller, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
});
afterAll(() => system?.close());

const page = async (caller: Caller, after?: string, limit = 100) => {
  const { status, body } = await caller.get(`/events?limit=${limit}${after === undefined ? '' : `&after=${after}`}`);
  expect(status).toBe(200);
  return body;
};

/** The feed behind a cursor, to its end. */
async function follow(caller: Caller, after?: string, limit?: number): Promise<any[]> {
  const events: any[] = [];
  for (let cursor = after; ;) {
    const { data, meta } = await page(caller, cursor, limit);
    events.push(...data);
    if (!meta.hasMore) return events;
    cursor = meta.nextCursor;
  }
}

const ids = (events: readonly any[]): string[] => events.map(({ id }) => id);

/** Every event that the tables hold, in the order of each ticket. */
const written = async () =>
  (await inDatabase(desk.tenant, 'SELECT "id", "ticketId" FROM "TicketEvent" ORDER BY "ticketId", "seq"')) as {
    id: string;
    ticketId: string;
  }[];

/** What the feed says of each ticket, in its order. */
const byTicket = (events: readonly any[]) =>
  [...events.entries()]
    .sort(([m, a], [n, b]) => (a.ticketId < b.ticketId ? -1 : a.ticketId > b.ticketId ? 1 : m - n))
    .map(([, { id, ticketId }]) => ({ id, ticketId }));

const insertEvent = `INSERT INTO "TicketEvent" ("ticketId", "type", "changes") VALUES ($1, 'UPDATED', '{}') RETURNING "id"`;

/** Writes an event of a ticket and holds its commit back until `meanwhile` is over, which gets its id. */
function holdingBack(ticketId: string, meanwhile: (id: string) => Promise<void>, then = 'COMMIT'): Promise<string> {
  return connected(urlOf(desk.tenant.databaseName), async (client) => {
    await client.query('BEGIN');
    const { id } = (await client.query<{ id: string }>(insertEvent, [ticketId])).rows[0] as { id: string };
    await meanwhile(id);
    await client.query(then);
    return id;
  });
}

describe('the feed', () => {
  it('tells of every ticket from the first event on, and whose each event is', async () => {
    const first = await openTicket(desk.customer);
    const second = await openTicket(desk.agent, { priority: 'HIGH' });
    await reply(desk.agent, first.id, { body: 'Known.', visibility: 'INTERNAL' });
    const { data, meta } = await page(desk.agent);
    expect(data).toMatchObject([
      { type: 'CREATED', ticketId: first.id, number: 1, actorId: desk.customer.id, cursor: expect.any(String) },
      { type: 'CREATED', ticketId: second.id, number: 2, changes: { priority: { from: null, to: 'HIGH' } } },
      { type: 'COMMENTED', ticketId: first.id, number: 1, actor: { name: 'Anna Agent' } },
    ]);
    expect(meta).toEqual({ limit: 100, hasMore: false, nextCursor: expect.any(String) });
  });

  it('tells of an event that says it is older than any clock of ours', async () => {
    const { id } = await openTicket(desk.customer);
    await inDatabase(
      desk.tenant,
      `UPDATE "TicketEvent" SET "createdAt" = '0044-03-15T12:00:00Z BC' WHERE "ticketId" = '${id}'`,
    );
    const [event] = await follow(desk.agent);
    expect(event).toMatchObject({ type: 'CREATED', ticketId: id });
    expect(await follow(desk.agent, event.cursor)).toEqual([]);
  });

  it('goes on behind the cursor of any event, and at its end with what comes later', async () => {
    expect((await page(desk.admin)).data).toEqual([]);
    const { nextCursor } = (await page(desk.admin)).meta;
    for (let n = 0; n < 5; n++) await openTicket(desk.agent);
    const all = await follow(desk.admin);
    expect(ids(await follow(desk.admin, nextCursor, 2))).toEqual(ids(all));
    expect(ids(await follow(desk.agent, all[1].cursor, 1))).toEqual(ids(all.slice(2)));
    const end = (await page(desk.admin, all[4].cursor)).meta;
    expect(end.hasMore).toBe(false);
    const { id } = await openTicket(desk.agent);
    expect((await follow(desk.admin, end.nextCursor)).map(({ ticketId }) => ticketId)).toEqual([id]);
    expect((await follow(desk.admin)).slice(0, 5)).toEqual(all);
  });

  it('links its next page by `after`, with the limit that was asked for', async () => {
    for (let n = 0; n < 3; n++) await openTicket(desk.agent);
    for (let path = '/events?limit=2', n = 2; n > 0; n--) {
      const { body, headers } = await desk.agent.get(path);
      expect(body.data).toHaveLength(n);
      [, path = ''] = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(path).toBe(`/api/v1/events?limit=2&after=${body.meta.nextCursor}`);
    }
  });

  it('puts an event that was committed late behind those that were read before', async () => {
    const [late, other] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    let before: any[] = [];
    const id = await holdingBack(late.id, async () => {
      await desk.agent.patch(`/tickets/${other.id}`, { title: 'Overtaken' });
      before = await follow(desk.agent);
      expect(before.at(-1)).toMatchObject({ ticketId: other.id, type: 'UPDATED' });
    });
    expect(ids(await follow(desk.agent, before.at(-1).cursor))).toEqual([id]);
    expect(ids(await follow(desk.agent))).toEqual([...ids(before), id]);
  });

  it('waits for no transaction that is open, and knows nothing of one that is rolled back or cut off', async () => {
    const [ticket, other] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    const gone = await holdingBack(
      ticket.id,
      async () => {
        expect(await follow(desk.agent)).toHaveLength(2);
      },
      'ROLLBACK',
    );
    const cut = connected(urlOf(desk.tenant.databaseName), async (client) => {
      const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0] as {
        pid: number;
      };
      await client.query('BEGIN');
      await client.query(insertEvent, [other.id]);
      await inDatabase(desk.tenant, 'SELECT pg_terminate_backend($1, 10000)', [pid]);
      await client.query('COMMIT');
    });
    await expect(cut).rejects.toThrow();
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'After it' });
    const events = await follow(desk.agent);
    expect(events).toHaveLength(3);
    expect(ids(events)).not.toContain(gone);
  });

  it('has what was committed by somebody who told nobody', async () => {
    const ticket = await openTicket(desk.agent);
    const { nextCursor } = (await page(desk.agent)).meta;
    const [{ id }] = await inDatabase(desk.tenant, insertEvent, [ticket.id]);
    expect(ids(await follow(desk.agent, nextCursor))).toEqual([id]);
  });

  it('keeps the order of a ticket while its events are locked, and does not wait for them', async () => {
    const [ticket, other] = [await openTicket(desk.agent), await openTicket(desk.agent)];
    const { nextCursor } = (await page(desk.agent)).meta;
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'Second' });
    await desk.agent.patch(`/tickets/${ticket.id}`, { title: 'Third' });
    await desk.agent.patch(`/tickets/${other.id}`, { title: 'Another' });
    const told = (events: any[]) => events.map(({ changes }) => changes.title.to);
    await connected(urlOf(desk.tenant.databaseName), async (client) => {
      await client.query('BEGIN');
      await client.query(`SELECT FROM "TicketEvent" WHERE "changes" #>> '{title,to}' = 'Second' FOR UPDATE`);
      expect(told(await follow(desk.agent, nextCursor))).toEqual(['Another']);
      await client.query('COMMIT');
    });
    expect(told(await follow(desk.agent, nextCursor))).toEqual(['Another', 'Second', 'Third']);
  });

  it('shows an event whose words were taken away where it was, without them', async () => {
    const ticket = await openTicket(desk.agent, { title: 'A secret' });
    const [before] = await follow(desk.agent);
    const { status } = await desk.admin.post(`/tickets/${ticket.id}/redact`, { fields: ['title'] });
    expect(status).toBe(200);
    const after = await follow(desk.agent);
    expect(after[0]).toMatchObject({ id: before.id, cursor: before.cursor });
    expect(JSON.stringify(after)).not.toContain('A secret');
    expect(after.map(({ type }) => type)).toEqual(['CREATED', 'REDACTED']);
  });

  it('still tells of a ticket that is deleted', async () => {
    const ticket = await openTicket(desk.agent);
    await desk.admin.delete(`/tickets/${ticket.id}`);
    expect((await follow(desk.agent)).map(({ type, number }) => [type, number])).toEqual([
      ['CREATED', 1],
      ['DELETED', 1],
    ]);
  });

  it('works off a thousand events and more that were given no place yet, in their order', async () => {
    const { id } = await openTicket(desk.agent);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "TicketEvent" ("ticketId", "type") SELECT $1, 'UPDATED' FROM generate_series(1, 1500)`,
      [id],
    );
    const events = await follow(desk.agent);
    expect(ids(events)).toEqual(ids(await written()));
    const [{ least, most, all, last }] = await inDatabase(
      desk.tenant,
      `SELECT min("position")::int AS least, max("position")::int AS most, count(DISTINCT "position")::int AS all,
              (SELECT "last"::int FROM "TicketFeed") AS last FROM "TicketEvent"`,
    );
    expect({ least, most, all, last }).toEqual({ least: 1, most: 1501, all: 1501, last: 1501 });
  });
});

describe('the migration', () => {
  it('gives their places to the events that are there, and leaves what it did before', async () => {
    await openTicket(desk.agent);
    const [first] = await follow(desk.agent);
    await openTicket(desk.agent);
    const script = await readFile(
      new URL('../../../prisma/tenant/migrations/20261129010001_ticket_feed_fill/migration.sql', import.meta.url),
      'utf8',
    );
    await inDatabase(desk.tenant, script);
    const [{ placed }] = await inDatabase(desk.tenant, 'SELECT count("position")::int AS placed FROM "TicketEvent"');
    expect(placed).toBe(2);
    expect((await follow(desk.agent))[0]).toEqual(first);
  });
});

describe('twenty writers at once whose commits come late', () => {
  it('leave out nothing for those who read meanwhile, and each reader has read the same', async () => {
    // The writer sleeps in its COMMIT, long after it took its number.
    await inDatabase(
      desk.tenant,
      `CREATE FUNCTION "commit_late"() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_sleep(random() * 0.05); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER "late" AFTER INSERT ON "TicketEvent" DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION "commit_late"()`,
    );
    const tickets: any[] = [];
    for (let n = 0; n < 8; n++) tickets.push(await openTicket(desk.agent));
    let writing = true;
    const read = async () => {
      const events: any[] = [];
      for (let cursor: string | undefined; ;) {
        const last = !writing;
        const { data, meta } = await page(desk.admin, cursor, 7);
        events.push(...data);
        cursor = meta.nextCursor;
        if (last && !meta.hasMore) return events;
      }
    };
    const readers = [read(), read(), read()];
    await Promise.all(
      Array.from({ length: 20 }, async (_, writer) => {
        for (let n = 0; n < 6; n++) {
          const { id } = tickets[(writer + n * 3) % tickets.length];
          const { status } = await desk.agent.post(`/tickets/${id}/comments`, { body: `${writer}/${n}` });
          expect(status).toBe(201);
        }
      }),
    ).finally(() => (writing = false));
    const all = await written();
    expect(all).toHaveLength(8 + 20 * 6);
    const seen = await Promise.all(readers);
    for (const events of [...seen, await follow(desk.agent)]) {
      expect(ids(events)).toEqual(ids(seen[0] ?? []));
      expect(byTicket(events)).toEqual(all);
    }
  });
});

describe('the feed refuses', () => {
  it('customers', async () => {
    expect(refusal(await desk.customer.get('/events'))).toEqual([403, 'forbidden']);
  });

  it('limits that are none', async () => {
    for (const limit of ['0', '101', '-1', 'x', ''])
      expect([limit, ...refusal(await desk.agent.get(`/events?limit=${limit}`))]).toEqual([
        limit,
        400,
        'validation_failed',
      ]);
  });

  it('the parameters of other lists', async () => {
    for (const query of ['cursor=x', 'include=total', 'sort=createdAt'])
      expect(refusal(await desk.agent.get(`/events?${query}`))).toEqual([400, 'validation_failed']);
  });

  it("cursors that are malformed, another tenant's, or of another list", async () => {
    await openTicket(desk.agent);
    await openTicket(desk.agent);
    const other = await openHelpdesk(system);
    await openTicket(other.agent);
    const foreign = (await page(other.agent)).data[0].cursor;
    const ofList = (await desk.agent.get('/tickets?limit=1')).body.meta.nextCursor;
    for (const cursor of ['x', '1', foreign, ofList, `${foreign}x`])
      expect(refusal(await desk.agent.get(`/events?after=${cursor}`))).toEqual([400, 'invalid_cursor']);
  });

  it('cursors of a place that was never given: the database was put back to an earlier state', async () => {
    await openTicket(desk.agent);
    const [{ cursor }] = await follow(desk.agent);
    await inDatabase(
      desk.tenant,
      `WITH gone AS (DELETE FROM "TicketEvent" RETURNING 1) UPDATE "TicketFeed" SET "last" = 0`,
    );
    expect(refusal(await desk.agent.get(`/events?after=${cursor}`))).toEqual([400, 'invalid_cursor']);
  });
});
