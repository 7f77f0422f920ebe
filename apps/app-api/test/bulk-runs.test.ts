import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type Caller, type System } from '@helpdeskly/testing';
import { inDatabase } from './people.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem({ appQueues: true, app: { TENANT_QUERY_TIMEOUT_MS: '4000' } });
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const start = (input: object, caller: Caller = desk.agent, options?: object) =>
  caller.post('/tickets/bulk', input, options);

async function ended(location: string | null, caller: Caller = desk.agent): Promise<any> {
  let run: any;
  await until(async () => {
    run = (await caller.get((location ?? '').replace('/api/v1', ''))).body;
    return run.endedAt !== null;
  });
  return run;
}

/** A run that gives tickets with a tag a priority: it is in the database, and in no queue. */
async function lostRun(actorId: string, tag: string, priority = 'URGENT'): Promise<string> {
  const [run] = await inDatabase(
    desk.tenant,
    `WITH run AS (INSERT INTO "BulkRun" ("actorId", "work", "total") VALUES ($1, jsonb_build_object('changes', jsonb_build_object('priority', $3::text)), 1) RETURNING "id"),
          kept AS (INSERT INTO "BulkRunTicket" ("runId", "place", "ticketId")
                   SELECT run."id", row_number() OVER (), t."id" FROM run, "Ticket" t WHERE t."tags" @> ARRAY[$2])
     SELECT "id"::text FROM run`,
    [actorId, tag, priority],
  );
  return run?.id as string;
}

describe('work on the tickets of a filter', () => {
  it('is answered 202 with a run to follow, and done to each', async () => {
    for (const priority of ['LOW', 'HIGH', 'HIGH'])
      await openTicket(desk.customer).then(({ id }) => desk.agent.patch(`/tickets/${id}`, { priority, tags: ['f1'] }));
    const { status, body, headers } = await start({
      filter: { tag: 'f1', priority: ['HIGH'] },
      changes: { addTags: ['done'] },
    });
    expect([status, headers.get('location')]).toEqual([202, `/api/v1/tickets/bulk/${body.id}`]);
    expect(body).toMatchObject({ progress: { total: 2 }, error: null, result: null });
    const run = await ended(headers.get('location'));
    expect(run).toMatchObject({ status: 'DONE', progress: { total: 2, done: 2 }, result: { changed: 2, refused: 0 } });
    for (const { id, status: one } of run.result.results) {
      expect(one).toBe(200);
      const { body: ticket } = await desk.agent.get(`/tickets/${id}`);
      expect(ticket).toMatchObject({ tags: ['f1', 'done'], version: 3 });
      expect((await eventsOf(desk.agent, id)).at(-1)).toMatchObject({ actorId: desk.agent.id });
    }
    expect(await inDatabase(desk.tenant, `SELECT "work" FROM "BulkRun" WHERE "id" = $1`, [body.id])).toEqual([
      { work: null },
    ]);
  });

  it('is refused for one ticket without touching the others', async () => {
    await openTicketAs(desk.agent, 'CLOSED', { tags: ['f2'] });
    await openTicket(desk.agent, { tags: ['f2'] });
    const { headers } = await start({ filter: { tag: 'f2' }, comment: { body: 'The outage is over.' } });
    const run = await ended(headers.get('location'));
    expect(run).toMatchObject({ status: 'DONE', result: { changed: 1, refused: 1 } });
    expect(run.result.results.map(({ status }: any) => status).sort()).toEqual([200, 409]);
    expect(run.result.results.find(({ status }: any) => status === 409).problem.code).toBe('ticket_closed');
  });

  it('happens once for one Idempotency-Key', async () => {
    const { id } = await openTicket(desk.agent, { tags: ['f3'] });
    const options = { headers: { 'idempotency-key': 'f3' } };
    const input = { filter: { tag: 'f3' }, comment: { body: 'Once.' } };
    const [first, again] = [await start(input, desk.agent, options), await start(input, desk.agent, options)];
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    await ended(first.headers.get('location'));
    expect((await desk.agent.get(`/tickets/${id}/comments`)).body.data).toHaveLength(1);
  });

  it('of more than a thousand is refused, and leaves no run', async () => {
    const { admin, tenant } = await openHelpdesk(system);
    await inDatabase(
      tenant,
      `WITH n AS (UPDATE "TicketCounter" SET "lastNumber" = 1001 RETURNING 1)
       INSERT INTO "Ticket" ("number", "title", "description", "authorId", "submittedById", "updatedAt", "tags")
       SELECT g, 'x', 'x', $1, $1, now(), '{many}' FROM generate_series(1, 1001) g, n`,
      [admin.id],
    );
    const { status, body } = await start({ filter: { tag: 'many' }, changes: { priority: 'LOW' } }, admin);
    expect([status, body.code]).toEqual([409, 'limit_reached']);
    expect(await inDatabase(tenant, 'SELECT 1 FROM "BulkRun"')).toEqual([]);
  });

  it('finds by words, too, and applies a macro to each', async () => {
    const { id } = await openTicket(desk.agent, { title: 'A plotter', tags: ['f5'] });
    await openTicket(desk.agent, { title: 'A scanner', tags: ['f5'] });
    const macro = await desk.agent.post('/macros', {
      name: 'Outage',
      reply: { body: 'Over.' },
      changes: { priority: 'LOW' },
    });
    const { body } = await start({ filter: { q: 'plotter', tag: ['f5', 'f6'] }, macroId: macro.body.id });
    expect(await ended(`/tickets/bulk/${body.id}`)).toMatchObject({ result: { changed: 1, refused: 0 } });
    expect((await desk.agent.get(`/tickets/${id}`)).body).toMatchObject({ priority: 'LOW' });
    const foreign = await start({ filter: { tag: 'f5' }, macroId: macro.body.id }, desk.admin);
    expect([foreign.status, foreign.body.code]).toEqual([422, 'invalid_reference']);
  });

  it('that the queue has lost is queued again by whoever looks', async () => {
    const { id } = await openTicket(desk.agent, { tags: ['f7'] });
    const run = await lostRun(desk.agent.id, 'f7');
    expect(await ended(`/tickets/bulk/${run}`)).toMatchObject({ status: 'DONE', result: { changed: 1 } });
    expect((await desk.agent.get(`/tickets/${id}`)).body.priority).toBe('URGENT');
  });

  it('ends by a fault of ours, and holds up no other', async () => {
    await openTicket(desk.agent, { tags: ['f8'] });
    const broken = await lostRun(desk.agent.id, 'f8', 'no priority');
    const { body } = await start({ filter: { tag: 'f8' }, changes: { priority: 'LOW' } });
    expect(await ended(`/tickets/bulk/${body.id}`)).toMatchObject({ status: 'DONE', result: { changed: 1 } });
    const { status, error } = (await desk.agent.get(`/tickets/bulk/${broken}`)).body;
    expect([status, error.code]).toEqual(['FAILED', 'internal_error']);
  });

  it.each([
    ['disabled', `"status" = 'DISABLED'`],
    ['a customer', `"role" = 'CUSTOMER'`],
  ])('ends when whoever asked is %s, and changes nothing more', async (_what, become) => {
    const agent = await desk.tenant.user('AGENT', 'Gone Soon');
    const { id } = await openTicket(desk.agent, { tags: ['f4'] });
    await inDatabase(desk.tenant, `UPDATE "User" SET ${become} WHERE "id" = $1`, [agent.id]);
    const run = await ended(`/tickets/bulk/${await lostRun(agent.id, 'f4')}`, desk.admin);
    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'forbidden' }, result: { changed: 0, results: [] } });
    expect((await desk.agent.get(`/tickets/${id}`)).body.priority).toBe('MEDIUM');
  });

  it('waits for a locked ticket beside the others, and is told in the end that it did not get it', async () => {
    const locked = await openTicket(desk.agent, { tags: ['held'] });
    const free = await openTicket(desk.agent, { tags: ['free'] });
    await connected(urlOf(desk.tenant.databaseName), async (holder) => {
      await holder.query('begin');
      // Before the run is there, which refers to the ticket.
      await holder.query('SELECT FROM "Ticket" WHERE "id" = $1 FOR NO KEY UPDATE', [locked.id]);
      const held = await lostRun(desk.agent.id, 'held');
      const tried = (times: number) =>
        inDatabase(desk.tenant, 'UPDATE "BulkRunTicket" SET "tries" = $2 WHERE "runId" = $1', [held, times]);
      await tried(-1000); // It goes on trying until it is told that it has tried enough.
      const { headers } = await start({ filter: { tag: 'free' }, changes: { priority: 'HIGH' } });
      expect(await ended(headers.get('location'))).toMatchObject({ status: 'DONE', result: { changed: 1 } });
      expect((await desk.agent.get(`/tickets/bulk/${held}`)).body.endedAt).toBeNull();
      await tried(10);
      const run = await ended(`/tickets/bulk/${held}`);
      expect(run.result).toMatchObject({
        changed: 0,
        refused: 1,
        results: [{ status: 503, problem: { code: 'query_timeout' } }],
      });
    });
    expect((await desk.agent.get(`/tickets/${free.id}`)).body.priority).toBe('HIGH');
    expect((await desk.agent.get(`/tickets/${locked.id}`)).body.priority).toBe('MEDIUM');
  });

  it('waits for others of the same person when five are under way', async () => {
    const { admin, agent, tenant } = await openHelpdesk(system);
    for (let made = 0; made < 5; made++)
      await inDatabase(tenant, 'INSERT INTO "BulkRun" ("actorId", "work", "total") VALUES ($1, $2, 0)', [admin.id, {}]);
    const work = { filter: { tag: 'x' }, changes: { priority: 'LOW' } };
    const { status, body } = await start(work, admin);
    expect([status, body.code]).toEqual([409, 'limit_reached']);
    expect((await start(work, agent)).status).toBe(202);
  });

  it('is forgotten a month after its end, when another begins', async () => {
    const made = `INSERT INTO "BulkRun" ("actorId", "total", "endedAt") VALUES ($1, 0, now() - $2::interval) RETURNING "id"`;
    const [old] = await inDatabase(desk.tenant, made, [desk.agent.id, '31 days']);
    const [recent] = await inDatabase(desk.tenant, made, [desk.agent.id, '29 days']);
    await start({ filter: { tag: 'nothing' }, changes: { priority: 'LOW' } });
    const statuses = [old, recent].map(async (run) => (await desk.agent.get(`/tickets/bulk/${run?.id}`)).status);
    expect(await Promise.all(statuses)).toEqual([404, 200]);
  });

  it('is seen by whoever asked and by admins, and by nobody else', async () => {
    const { body } = await start({ filter: { tag: 'nothing' }, changes: { priority: 'LOW' } });
    const colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
    const path = `/tickets/bulk/${body.id}`;
    const statuses = [desk.agent, desk.admin, colleague, desk.customer].map(
      async (caller) => (await caller.get(path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 403]);
    expect(await ended(path)).toMatchObject({ status: 'DONE', progress: { total: 0, done: 0 } });
  });

  it.each<[object, string[]]>([
    [{ filter: {} }, ['filter']],
    [{ filter: { tag: 'x' }, ids: ['1'] }, ['filter']],
    [{ filter: { tag: 'x' }, versions: { '1': 1 } }, ['filter']],
    [{ filter: { colour: 'red' } }, ['filter.colour']],
    [{ filter: { status: 'waiting' } }, ['filter.status']],
    [{}, ['ids']],
  ])('asked for by %j is answered 400', async (which, fields) => {
    const { status, body } = await start({ ...which, changes: { priority: 'LOW' } });
    expect([status, body.errors?.map(({ field }: any) => field).filter((f: string) => f !== 'versions')]).toEqual([
      400,
      fields,
    ]);
  });
});
