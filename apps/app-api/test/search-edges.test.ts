import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, startSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await startSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const listed = async (query: string): Promise<string[]> =>
  (await desk.agent.get(`/tickets?${query}`)).body.data.map(({ title }: any) => title).toSorted();

describe('a search for nothing', () => {
  it.each(['', ' ', '\u200b', '\t', '\u00a0', '\u200b \u2060', '\u0301'])('filters nothing: %j', async (q) => {
    await openTicket(desk.agent, { title: 'There' });
    const { status, body } = await desk.agent.get(`/tickets?q=${encodeURIComponent(q)}`);
    expect(status).toBe(200);
    expect(body).toEqual((await desk.agent.get('/tickets')).body);
  });

  it('is refused where tickets are changed by it', async () => {
    const { status } = await desk.agent.post('/tickets/bulk', {
      filter: { q: '\u200b' },
      changes: { priority: 'LOW' },
    });
    expect(status).toBe(400);
  });
});

describe('a tag that begins with a hyphen', () => {
  it('is asked for, and excluded, in double quotes', async () => {
    await openTicket(desk.agent, { title: 'Hyphen', tags: ['-x', 'common'] });
    await openTicket(desk.agent, { title: 'Plain', tags: ['x', 'common'] });
    const by = (tag: string) => listed(`tag=${encodeURIComponent(tag)}`);
    expect(await by('"-x"')).toEqual(['Hyphen']);
    expect(await by('"x"')).toEqual(['Plain']);
    expect(await by('"-x",x')).toEqual(['Hyphen', 'Plain']);
    expect(await by('-"-x"')).not.toContain('Hyphen');
    expect(await by('-x')).not.toContain('Plain');
    for (const tag of ['"-x', '""', '"a"b"'])
      expect((await desk.agent.get(`/tickets?tag=${encodeURIComponent(tag)}`)).status).toBe(400);
  });
});

describe('a text of a mark that no letter bears', () => {
  it.each(['\u0300', ' \u0301\u0308', '\u064e'])('is empty: %j', async (text) => {
    expect((await desk.agent.post('/tickets', { title: text, description: 'x' })).body.errors?.[0]).toMatchObject({
      field: 'title',
      code: 'empty',
    });
  });
});

describe('snippets mark', () => {
  it.each([
    ['Latin words within Japanese', 'このiPhone15が壊れた', 'iphone15', 'iPhone15'],
    ['Latin words within Thai', 'สินค้าABC123หมด', 'abc123', 'ABC123'],
    ['an address with accents', 'Von jürgen@müller.example kam', 'jürgen@müller.example', 'jürgen@müller.example'],
    ['a word of more than 64 letters', `Der ${'lang'.repeat(20)} ist`, 'lang'.repeat(20), 'lang'.repeat(20)],
    ['a code beside something else', 'order:QMV-2024-000123 there', 'QMV2024000123', 'QMV-2024-000123'],
    [
      'a code with spaces',
      'paid DE88 3704 0044 0532 0130 00 now',
      'DE88370400440532013000',
      'DE88 3704 0044 0532 0130 00',
    ],
    ['digits of another script', 'رقم ٧٨٩١٢٤ هنا', '789124', '٧٨٩١٢٤'],
  ])('%s', async (_, description, q, marked) => {
    await openTicket(desk.agent, { title: 'Marked', description });
    const { body } = await desk.agent.get(`/tickets?q=${encodeURIComponent(q)}`);
    const [{ text, matches }] = body.data[0].snippets;
    expect(matches.map(({ start, end }: any) => text.slice(start, end))).toEqual([marked]);
  });
});

describe('a requester who is renamed', () => {
  const named = (ticketId: string) =>
    inDatabase(
      desk.tenant,
      `SELECT f."vector" @@ 'after' AS "after" FROM "TicketSearch" f WHERE f."ticketId" = $1 AND f."field" = 'REQUESTER'`,
      [ticketId],
    );

  it('while a ticket of theirs is under way is found by the new name, and waits for nothing when only written to', async () => {
    const person = await desk.tenant.user('CUSTOMER', 'Before');
    const ticket = await openTicket(desk.agent, { title: 'Theirs' });
    await connected(urlOf(desk.tenant.databaseName), async (client) => {
      await client.query('begin');
      await client.query(`UPDATE "Ticket" SET "authorId" = $2 WHERE "id" = $1`, [ticket.id, person.id]);
      // What is no name takes no lock that the ticket's write holds.
      await inDatabase(
        desk.tenant,
        `set lock_timeout = '5s'; update "User" set "version" = "version" + 1 where "id" = '${person.id}'`,
      );
      const renamed = desk.admin.patch(`/users/${person.id}`, { name: 'After' });
      await until(async () => {
        const rows = await inDatabase(
          desk.tenant,
          `SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`,
        );
        return rows.length > 0;
      });
      await client.query('commit');
      expect((await renamed).status).toBe(200);
    });
    expect(await named(ticket.id)).toEqual([{ after: true }]);
  });

  it('while a ticket goes from them to another does not come back into it', async () => {
    const [person, other] = [await desk.tenant.user('CUSTOMER', 'Former'), await desk.tenant.user('CUSTOMER', 'Owner')];
    const ticket = await openTicket(person, { title: 'Handed on' });
    await connected(urlOf(desk.tenant.databaseName), async (client) => {
      await client.query('begin');
      await client.query(`UPDATE "Ticket" SET "authorId" = $2 WHERE "id" = $1`, [ticket.id, other.id]);
      const renamed = desk.admin.patch(`/users/${person.id}`, { name: 'After' });
      await until(async () => (await inDatabase(desk.tenant, `SELECT FROM pg_locks WHERE NOT granted`)).length > 0);
      await client.query('commit');
      expect((await renamed).status).toBe(200);
    });
    expect(await named(ticket.id)).toEqual([{ after: false }]);
  });
});
