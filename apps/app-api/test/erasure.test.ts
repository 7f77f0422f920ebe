import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type System } from '@helpdeskly/testing';
import { upload } from './files.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, invited, refusal } from './people.js';

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const person = (name = 'Kim Lee', email = `lee${++count}@y.example`) => invited(desk.admin, email, { name });
const anonymize = ({ id }: { id: string }, fields?: object) => desk.admin.post(`/users/${id}/anonymize`, fields);
const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;
/** What is left of a text, in a ticket of somebody else's or of the person's, when the person is nobody. */
async function leftOf(user: any, text: string, authorId = desk.customer.id): Promise<string> {
  const { id } = await openTicket(desk.agent, { description: text, authorId });
  expect((await anonymize(user)).status).toBe(200);
  return (await read(id)).description;
}

describe('an address that goes', () => {
  it.each([
    'EMAIL',
    '<EMAIL>',
    'mailto:EMAIL?subject=x',
    '"EMAIL"',
    "'EMAIL'",
    '“EMAIL”',
    '(EMAIL).',
    '- EMAIL, or EMAIL;',
    '*EMAIL* _EMAIL_',
    '请写EMAIL吧',
    'EMAIL…',
    'To=EMAIL&x',
  ])('is taken out of %j', async (text) => {
    const user = await person();
    const written = text.replaceAll('EMAIL', user.email.toUpperCase());
    expect(await leftOf(user, written)).toBe(text.replaceAll('EMAIL', '[removed]'));
  });

  it.each([
    'kim.EMAIL',
    'kim-EMAIL',
    'kim+EMAIL',
    'kim_EMAIL',
    'xEMAIL',
    'éEMAIL',
    "o'EMAIL",
    'EMAIL.org',
    'EMAIL-corp.com',
    'EMAILs',
    'EMAIL@relay.example',
  ])('is no part of another one: %j', async (text) => {
    const user = await person();
    const written = text.replaceAll('EMAIL', user.email);
    expect(await leftOf(user, `Write to ${written}!`)).toBe(`Write to ${written}!`);
  });

  it('leaves the accounts of those whose addresses end in it', async () => {
    const user = await person();
    const other = await invited(desk.admin, `kim.${user.email}`);
    await anonymize(user);
    expect((await desk.agent.get(`/users/${other.id}`)).body.email).toBe(other.email);
  });
});

describe('a name that goes', () => {
  it.each([
    ['Kim Lee', 'Kim\n  LEE’s, Kim Leen, Akim Lee', '[removed]’s, Kim Leen, Akim Lee'],
    ['Jose Lee', 'José Lee, Jose Leé'.normalize('NFD'), 'José Lee, Jose Leé'.normalize('NFD')],
    ['José Ñandú', 'José Ñandú.'.normalize('NFD'), '[removed].'],
    ['李雷', '李雷说，你好', '[removed]说，你好'],
    ['Will', 'Will先生 and Goodwill', '[removed]先生 and Goodwill'],
    ['Иван', 'Иван и Иванов', '[removed] и Иванов'],
  ])('is whole words: %j', async (name, text, left) => {
    const user = await person(name);
    expect(await leftOf(user, text, user.id)).toBe(left.normalize('NFC'));
  });

  it('stays where the person took no part, and goes where the person was let in, wrote, or once asked', async () => {
    const text = 'Kim Uniquely said so.';
    const user = await desk.tenant.user('CUSTOMER', 'Kim Uniquely');
    const make = () => openTicket(desk.agent, { description: text, authorId: desk.customer.id });
    const [foreign, guest, former, mentioned] = [await make(), await make(), await make(), await make()];
    await desk.agent.put(`/tickets/${guest.id}/participants/${user.id}`);
    await desk.agent.patch(`/tickets/${former.id}`, { authorId: user.id });
    await reply(user, former.id, { body: 'Mine.' });
    await desk.agent.patch(`/tickets/${former.id}`, { authorId: desk.customer.id });
    await reply(desk.agent, mentioned.id, { body: `@[Kim](user:${user.id})`, visibility: 'INTERNAL' });
    await anonymize(user);
    expect((await read(foreign.id)).description).toBe(text);
    expect(await read(foreign.id)).toMatchObject({ version: foreign.version });
    for (const { id } of [guest, former, mentioned]) expect((await read(id)).description).toBe('[removed] said so.');
  });

  it('stays in groups, organizations, views and macros', async () => {
    const user = await person('Ada Groupy');
    const [group, organization, view, macro] = [
      (await desk.admin.post('/groups', { name: 'Ada Groupy & Co' })).body,
      (await desk.admin.post('/organizations', { name: 'Ada Groupy Ltd' })).body,
      (await desk.admin.post('/views', { name: 'Of Ada Groupy', shared: true, filters: { q: user.email } })).body,
      (await desk.admin.post('/macros', { name: 'x', shared: true, reply: { body: 'Dear Ada Groupy' } })).body,
    ];
    await anonymize(user);
    for (const [path, before] of [
      [`/groups/${group.id}`, group],
      [`/organizations/${organization.id}`, organization],
      [`/views/${view.id}`, view],
      [`/macros/${macro.id}`, macro],
    ])
      expect((await desk.admin.get(path)).body).toEqual(before);
  });
});

describe('what somebody was called before', () => {
  it('goes too: former names and addresses, those of a joined account among them', async () => {
    const user = await person('Maiden Name');
    const former = user.email;
    await desk.admin.patch(`/users/${user.id}`, { name: 'Married Name', email: `new-${former}` });
    const second = await person('Second Account');
    const text = `Maiden Name, Married Name, Second Account, ${former}, new-${former}, ${second.email}`;
    const { id } = await openTicket(desk.agent, { authorId: second.id, description: text });
    await desk.agent.patch(`/tickets/${id}`, { title: text.slice(0, 200), description: 'x' });
    expect((await desk.admin.post(`/users/${second.id}/merge`, { intoId: user.id })).status).toBe(200);
    expect((await anonymize(user)).body.addresses).toEqual([]);
    const left = JSON.stringify([await read(id), await eventsOf(desk.agent, id)]);
    for (const word of text.split(', ')) expect(left).not.toContain(word);
    const rows = await inDatabase(desk.tenant, 'SELECT FROM "UserAddress" WHERE "userId" = $1', [user.id]);
    expect(rows).toEqual([]);
    await invited(desk.admin, former);
    expect(refusal(await anonymize(second))).toEqual([409, 'user_merged']);
  });
});

describe('a dry run', () => {
  it('tells what would change, and changes nothing', async () => {
    const user = await desk.tenant.user('CUSTOMER', 'Dora Dry');
    const { id, number } = await openTicket(user, { title: 'Dora Dry asks', description: `Dora Dry, ${user.email}` });
    const said = await reply(user, id, { body: 'Yours, Dora Dry' });
    const { id: fileId } = await upload(desk.agent, 'x', 'Dora_Dry.png');
    await reply(desk.agent, id, { body: 'x', attachmentIds: [fileId] });
    const other = await openTicket(desk.agent, { description: `Dora Dry <${user.email}>` });
    const before = [
      await read(id),
      await read(other.id),
      await eventsOf(desk.agent, id),
      (await user.get('/auth/me')).body,
    ];
    const { status, body } = await anonymize(user, { dryRun: true });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dryRun: true,
      names: ['Dora Dry'],
      counts: { tickets: 2, titles: 1, descriptions: 2, comments: 1, events: 1, fileNames: 1 },
      removed: {
        sessions: 1,
        participations: 0,
        assignments: 0,
        files: 0,
        views: 0,
        macros: 0,
        drafts: 0,
        notifications: 1,
        queuedMails: 0,
      },
    });
    expect(body.addresses).toContain(user.email);
    expect(body.places).toEqual(
      expect.arrayContaining([
        { field: 'title', ticketId: id, number, id, count: 1 },
        { field: 'description', ticketId: id, number, id, count: 2 },
        { field: 'comment', ticketId: id, number, id: said.id, count: 1 },
        { field: 'fileName', ticketId: id, number, id: fileId, count: 1 },
        { field: 'description', ticketId: other.id, number: other.number, id: other.id, count: 1 },
      ]),
    );
    const after = [
      await read(id),
      await read(other.id),
      await eventsOf(desk.agent, id),
      (await user.get('/auth/me')).body,
    ];
    expect(after).toEqual(before);
    expect((await anonymize(user, { dryRun: false })).body.name).toBe('Former user');
    expect((await anonymize(user, { dryRun: true })).body.counts.tickets).toBe(0);
  });

  it('is refused where the real one would be', async () => {
    expect(refusal(await anonymize(desk.admin, { dryRun: true }))).toEqual([409, 'last_admin']);
    expect((await anonymize(desk.customer, { dryRun: 'yes' })).status).toBe(400);
  });
});

describe('redacting a ticket', () => {
  const redact = (id: string, fields: string[], caller = desk.admin) =>
    caller.post(`/tickets/${id}/redact`, { fields });
  const found = async (word: string) => (await desk.agent.get(`/tickets?q=${word}&merged=include`)).body.data.length;

  it.each(['OPEN', 'CLOSED'])('that is %s blanks title and description wherever they stand', async (status) => {
    const [one, two, three] = ['garnet', 'topaz', 'beryl'].map((stone) => `${stone}${++count}`) as [
      string,
      string,
      string,
    ];
    const headers = { 'idempotency-key': `open ${one}` };
    const opening = { title: one, description: two };
    const { id } = (await desk.customer.post('/tickets', opening, { headers })).body;
    const { body: linked } = await desk.agent.post(
      `/tickets/${(await openTicket(desk.agent)).id}/links`,
      { ticketId: id, type: 'RELATED' },
      { headers: { 'idempotency-key': `link ${one}` } },
    );
    expect(linked.ticket.title).toBe(one);
    await desk.agent.patch(`/tickets/${id}`, { title: three });
    if (status === 'CLOSED')
      for (const step of ['RESOLVED', status]) await desk.agent.patch(`/tickets/${id}`, { status: step });
    const { version } = await read(id);
    const answer = await redact(id, ['title', 'description']);
    expect(answer).toMatchObject({ status: 200, body: { title: '', description: '', status, version: version + 1 } });
    const left = JSON.stringify([await read(id), await eventsOf(desk.agent, id)]);
    for (const word of [one, two, three]) expect([left.includes(word), await found(word)]).toEqual([false, 0]);
    const kept = await inDatabase(desk.tenant, 'SELECT FROM "IdempotencyKey" WHERE "resourceId" LIKE $1', [`%${id}`]);
    expect(kept).toEqual([]);
    expect((await eventsOf(desk.agent, id)).at(-1)).toMatchObject({
      type: 'REDACTED',
      actorId: desk.admin.id,
      changes: { redacted: { from: [], to: ['description', 'title'] } },
    });
    expect((await redact(id, ['title', 'description'])).body.version).toBe(version + 1);
  });

  it('leaves the other field, and the events of others', async () => {
    const ticket = await openTicket(desk.customer, { title: 'stays', description: 'goes' });
    const other = await openTicket(desk.customer, { title: 'also stays' });
    await redact(ticket.id, ['description']);
    expect(await read(ticket.id)).toMatchObject({ title: 'stays', description: '' });
    expect((await eventsOf(desk.agent, other.id))[0].changes.title.to).toBe('also stays');
  });

  it('that was merged blanks the comment that its description became, and the other way round', async () => {
    for (const from of ['ticket', 'comment']) {
      const source = await openTicket(desk.customer, { description: `opal${++count}` });
      const target = await openTicket(desk.customer);
      await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id });
      const [comment] = (await desk.agent.get(`/tickets/${target.id}/comments`)).body.data;
      if (from === 'ticket') await redact(source.id, ['description']);
      else await desk.admin.post(`/tickets/${target.id}/comments/${comment.id}/redact`);
      const [blanked] = (await desk.agent.get(`/tickets/${target.id}/comments`)).body.data;
      expect(blanked).toMatchObject({ id: comment.id, body: '', redactedAt: expect.any(String) });
      expect((await read(source.id)).description).toBe('');
      expect(await found(`opal${count}`)).toBe(0);
    }
  });

  it('takes the words of a comment of a closed ticket, too', async () => {
    const ticket = await openTicket(desk.customer);
    const { id } = await reply(desk.customer, ticket.id, { body: 'zircon' });
    for (const status of ['RESOLVED', 'CLOSED']) await desk.agent.patch(`/tickets/${ticket.id}`, { status });
    const { body } = await desk.admin.post(`/tickets/${ticket.id}/comments/${id}/redact`);
    expect([body.body, await found('zircon')]).toEqual(['', 0]);
  });

  it.each([[[]], [['status']], [['title', 'x']], ['title'], [null]])('of %j is refused', async (fields) => {
    const { id } = await openTicketAs(desk.agent, 'OPEN');
    expect((await redact(id, fields as string[])).status).toBe(400);
  });

  it('is for admins, and not of what is not there', async () => {
    const { id } = await openTicket(desk.customer);
    for (const caller of [desk.agent, desk.customer])
      expect(refusal(await redact(id, ['title'], caller))).toEqual([403, 'forbidden']);
    await desk.admin.delete(`/tickets/${id}`);
    expect(refusal(await redact(id, ['title']))).toEqual([404, 'not_found']);
  });
});
