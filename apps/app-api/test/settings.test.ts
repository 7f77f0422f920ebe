import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, until, urlOf, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const read = async (helpdesk = desk) => (await helpdesk.agent.get('/settings')).body;
const choose = async (searchLanguage: string, helpdesk = desk) => {
  expect((await helpdesk.admin.patch('/settings', { searchLanguage })).status).toBe(200);
  await until(async () => (await read(helpdesk)).searchIndex === 'CURRENT');
};
const find = async (q: string, helpdesk = desk) =>
  (await helpdesk.agent.get(`/tickets?q=${encodeURIComponent(q)}`)).body.data.map(({ title }: any) => title);

describe("a helpdesk's settings", () => {
  it('begin with English', async () => {
    expect(await read()).toEqual({
      searchLanguage: 'english',
      searchIndex: 'CURRENT',
      mfaRequired: 'NONE',
      mailSignUp: true,
      rawMailDays: 90,
      outgoingMail: true,
      locale: 'en',
      timeZone: 'UTC',
      closedMail: false,
      version: 1,
    });
  });

  it('honour If-Match', async () => {
    const patch = (etag: string) =>
      desk.admin.patch('/settings', { searchLanguage: 'simple' }, { headers: { 'if-match': etag } });
    expect((await patch('"7"')).body).toMatchObject({ code: 'version_conflict', currentVersion: 1 });
    expect(await read()).toMatchObject({ searchLanguage: 'english' });
    expect((await desk.admin.get('/settings')).headers.get('etag')).toBe('"1"');
    const changed = await patch('"1"');
    expect([changed.status, changed.body.version]).toEqual([200, 2]);
    await choose('english');
  });

  it('are changed by admins alone, and not shown to customers', async () => {
    expect((await desk.agent.patch('/settings', { searchLanguage: 'german' })).body.code).toBe('forbidden');
    expect((await desk.customer.get('/settings')).body.code).toBe('forbidden');
    expect(await read()).toMatchObject({ searchLanguage: 'english' });
  });

  it.each([
    { searchLanguage: 'klingon' },
    { searchLanguage: null },
    { searchLanguage: 'pg_catalog.german' },
    { searchLanguage: 7 },
    { searchIndexedIn: 'german' },
    { locale: 'xx' },
    { locale: null },
    { timeZone: 'Mars/Olympus' },
    { timeZone: null },
  ])('refuse %j', async (changes) => {
    expect((await desk.admin.patch('/settings', changes)).body.code).toBe('validation_failed');
    expect(await read()).toMatchObject({ searchLanguage: 'english' });
  });
});

describe('the language of searches', () => {
  it('takes the forms of its words for the same, in tickets from before and after', async () => {
    const before = await openTicket(desk.customer, { title: 'Vorher', description: 'Alle Häuser brennen.' });
    await reply(desk.agent, before.id, { body: 'Seit wann brannten die Rechnungen?' });
    expect(await find('Haus')).toEqual([]);
    await choose('german');
    await openTicket(desk.customer, { title: 'Nachher', description: 'Mehrere Häuser und eine Rechnung.' });
    expect((await find('Haus')).toSorted()).toEqual(['Nachher', 'Vorher']);
    expect((await find('Rechnung')).toSorted()).toEqual(['Nachher', 'Vorher']);
    expect((await desk.agent.get('/tickets?q=rechnung+vorher')).body.data[0].snippets).toMatchObject([
      { field: 'title', text: 'Vorher' },
      { field: 'comment', text: expect.stringContaining('Rechnungen') },
    ]);
  });

  it('indexes later comments and changed texts in it, too', async () => {
    const ticket = await openTicket(desk.customer, { title: 'Später', description: 'x' });
    await reply(desk.agent, ticket.id, { body: 'Die Bäume wachsen.' });
    expect(await find('Baum')).toEqual(['Später']);
    await desk.agent.patch(`/tickets/${ticket.id}`, { description: 'Flüsse' });
    expect(await find('Fluss baum')).toEqual(['Später']);
  });

  it('can go back', async () => {
    await choose('english');
    expect(await find('Haus')).toEqual([]);
    await choose('german');
    expect((await find('Haus')).toSorted()).toEqual(['Nachher', 'Vorher']);
  });

  it('is that of one tenant', async () => {
    const other = await openHelpdesk(system);
    await openTicket(other.customer, { title: 'Anderswo', description: 'Häuser' });
    expect(await find('Haus', other)).toEqual([]);
    expect(await read(other)).toMatchObject({ searchLanguage: 'english' });
  });

  it('misses no ticket that is opened, written or retitled while it changes', async () => {
    const other = await openHelpdesk(system);
    const tickets: any[] = [];
    for (let i = 0; i < 120; i++)
      tickets.push(await openTicket(other.agent, { title: `Nr. ${i}`, description: 'Äpfel' }));
    const changed = other.admin.patch('/settings', { searchLanguage: 'german' });
    const during = tickets.flatMap(({ id }, i) => [
      openTicket(other.agent, { title: `Neu ${i}`, description: 'Äpfel' }),
      reply(other.agent, id, { body: 'Zwei Pferde.' }),
      other.agent.patch(`/tickets/${id}`, { title: `Umbenannt ${i}` }),
    ]);
    await Promise.all([changed, ...during]);
    await until(async () => (await read(other)).searchIndex === 'CURRENT');
    const count = async (q: string) => (await other.agent.get(`/tickets?q=${q}&include=total&limit=1`)).body.meta.total;
    expect([await count('apfel'), await count('pferd'), await count('umbenannt')]).toEqual([240, 120, 120]);
  });

  it('goes on, after a process ended in the middle of it, with the next search', async () => {
    const other = await openHelpdesk(system);
    await openTicket(other.agent, { title: 'Rest', description: 'Äpfel' });
    // What such a process leaves behind.
    await connected(urlOf(other.tenant.databaseName), (client) =>
      client.query(`UPDATE "Settings" SET "searchLanguage" = 'german'`),
    );
    expect(await read(other)).toMatchObject({ searchIndex: 'REBUILDING' });
    await find('egal', other);
    await until(async () => (await read(other)).searchIndex === 'CURRENT');
    expect(await find('apfel', other)).toEqual(['Rest']);
  });
});
