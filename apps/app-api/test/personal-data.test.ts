import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected, sharedSystem, urlOf, type System, type TestTenant } from '@helpdeskly/testing';
import { formOf, upload } from './files.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';

type User = TestTenant['admin'];

let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
});

afterAll(() => system?.close());

const newcomer = (role: 'CUSTOMER' | 'AGENT' = 'CUSTOMER') => desk.tenant.user(role, `Zebedee Quux${++count}`);
const anonymize = (user: { id: string }, by = desk.admin) => by.post(`/users/${user.id}/anonymize`);

/** The tables of the tenant's database with a row that holds one of these texts. */
async function tablesWith(...texts: string[]): Promise<string[]> {
  return connected(urlOf(desk.tenant.databaseName), async (client) => {
    const tables = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    const found: string[] = [];
    for (const { name } of tables.rows) {
      const like = texts.map((text) => `%${text}%`);
      const { rowCount } = await client.query(`SELECT FROM "${name}" t WHERE t::text ILIKE ANY ($1) LIMIT 1`, [like]);
      if (rowCount !== 0) found.push(name);
    }
    return found;
  });
}

/** Somebody who has left traces wherever one can. */
async function traced(): Promise<{ user: User; name: string; ticket: any; other: any }> {
  const user = await newcomer();
  const { body: account } = await user.get('/auth/me');
  const { name } = account;
  const ticket = await openTicket(user, {
    title: `${name} asks`,
    description: `Write to ${user.email.toUpperCase()}.`,
  });
  await reply(user, ticket.id, { body: `Yours, ${name}` });
  await reply(desk.agent, ticket.id, { body: `Dear ${name}, hm.`, visibility: 'INTERNAL' });
  await desk.agent.patch(`/tickets/${ticket.id}`, { title: `${name} asks again` });
  const other = await openTicketAs(desk.agent, 'CLOSED', { title: `As ${name.toLowerCase()} said` });
  const headers = { 'idempotency-key': `key ${user.id}` };
  await user.post('/tickets', { title: 'kept', description: 'x' }, { headers });
  await user.post('/attachments', formOf('x', `${name}.txt`), { headers: { 'idempotency-key': `file ${user.id}` } });
  const { id: fileId } = await upload(desk.agent, 'x', `Photo of ${name}.png`);
  await reply(desk.agent, ticket.id, { body: 'x', attachmentIds: [fileId] });
  await desk.admin.post('/macros', { name: `For ${name}`, shared: true, reply: { body: `Dear "${name}", \\ hello` } });
  for (const path of ['/groups', '/organizations']) await desk.admin.post(path, { name: `${name} & Co` });
  await desk.admin.post('/views', { name: `Of ${name}`, shared: true, filters: { q: `"${name}"` } });
  await desk.admin.put(`/tickets/${other.id}/participants/${user.id}`);
  return { user, name, ticket, other };
}

describe('anonymizing a person', () => {
  it('leaves no trace of name and email but in what the staff works with', async () => {
    const { user, name } = await traced();
    expect(await tablesWith(name, user.email)).toEqual(
      expect.arrayContaining([
        'Attachment',
        'Comment',
        'Group',
        'Macro',
        'Organization',
        'Ticket',
        'TicketEvent',
        'User',
        'View',
      ]),
    );
    const { status, body } = await anonymize(user);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: user.id, name: 'Former user', status: 'DISABLED', organizationId: null });
    expect(await tablesWith(name, user.email)).toEqual(['Group', 'Macro', 'Organization', 'View']);
    const kept = `SELECT FROM "IdempotencyKey" WHERE "actorId" LIKE '%${user.id}'`;
    expect(await inDatabase(desk.tenant, kept)).toEqual([]);
    const surname = name.split(' ')[1] as string;
    expect((await desk.agent.get(`/tickets?q=${surname}`)).body.data).toEqual([]);
    expect((await desk.agent.get(`/users?q=${surname}`)).body.data).toEqual([]);
  });

  it('finds the words where they begin or end a line, and names with quotes', async () => {
    const user = await desk.tenant.user('CUSTOMER', 'Zebedee "Zeb" Quoted\\Slash');
    const text = `Hello,\n${user.email}\r\n\tZebedee "Zeb" Quoted\\Slash\nBye`;
    const ticket = await openTicket(user, { title: 'Signed', description: text });
    await desk.agent.patch(`/tickets/${ticket.id}`, { description: 'Nothing' });
    await anonymize(user);
    expect(await tablesWith('Quoted', user.email)).toEqual([]);
    const { changes } = (await eventsOf(desk.agent, ticket.id)).find((event: any) => 'description' in event.changes);
    expect(changes.description.from).toBe('Hello,\n[removed]\r\n\t[removed]\nBye');
  });

  it("leaves a namesake's tickets as they are, and a name of common words in those of others", async () => {
    const [one, other] = [
      await desk.tenant.user('CUSTOMER', 'John Smith'),
      await desk.tenant.user('CUSTOMER', 'john smith'),
    ];
    const common = await desk.tenant.user('CUSTOMER', 'of the');
    const theirs = await openTicket(other, { title: 'Size of the screen', description: 'Regards, John Smith' });
    const own = await openTicket(one, { title: 'Hello', description: 'I am John Smith.' });
    await anonymize(one);
    await anonymize(common);
    expect((await desk.agent.get(`/tickets/${theirs.id}`)).body).toMatchObject({
      title: 'Size of the screen',
      description: 'Regards, John Smith',
    });
    expect((await desk.agent.get(`/tickets/${own.id}`)).body.description).toBe('I am [removed].');
  });

  it('lets others work meanwhile', async () => {
    const users = await Promise.all(Array.from({ length: 3 }, () => newcomer()));
    const tickets = await Promise.all(users.map((user) => openTicket(user, { description: user.email })));
    const writes = tickets.flatMap(({ id }) => [
      desk.agent.patch(`/tickets/${id}`, { assignedToId: desk.admin.id }),
      desk.agent.post(`/tickets/${id}/comments`, { body: 'x' }),
      desk.agent.post('/tickets', { title: 'x', description: 'y' }),
    ]);
    const answers = await Promise.all([...users.map((user) => anonymize(user)), ...writes]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    for (const user of users) expect(await tablesWith(user.email)).toEqual([]);
  });

  it('keeps tickets, comments and authorship, and says of each ticket that it was changed', async () => {
    const { user, ticket, other } = await traced();
    await anonymize(user);
    const after = (await desk.agent.get(`/tickets/${ticket.id}`)).body;
    expect(after).toMatchObject({
      title: '[removed] asks again',
      description: 'Write to [removed].',
      authorId: user.id,
      author: { name: 'Former user', email: `${user.id}@anonymized.invalid` },
      commentCount: 3,
    });
    const comments = (await desk.agent.get(`/tickets/${ticket.id}/comments`)).body.data;
    expect(comments.map(({ body }: any) => body)).toEqual(['Yours, [removed]', 'Dear [removed], hm.', 'x']);
    expect(comments[2].attachments).toMatchObject([{ fileName: 'Photo of [removed].png' }]);
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({
      type: 'ANONYMIZED',
      actorId: desk.admin.id,
    });
    const closed = (await desk.agent.get(`/tickets/${other.id}`)).body;
    expect(closed).toMatchObject({ title: 'As [removed] said', status: 'CLOSED' });
    expect(closed.version).toBeGreaterThan(other.version);
  });

  it('ends the sessions, the password and the account for good', async () => {
    const user = await newcomer();
    await anonymize(user);
    expect((await user.get('/auth/me')).status).toBe(401);
    await expect(desk.tenant.signIn(user.email)).rejects.toThrow('invalid_credentials');
    for (const answer of [
      await desk.admin.patch(`/users/${user.id}`, { status: 'ACTIVE' }),
      await desk.admin.patch(`/users/${user.id}`, { name: 'Back' }),
      await desk.admin.post(`/users/${user.id}/invitation`),
    ])
      expect([answer.status, answer.body.code]).toEqual([409, 'invalid_transition']);
  });

  it('a second time changes nothing', async () => {
    const user = await newcomer();
    const { body } = await anonymize(user);
    expect((await anonymize(user)).body).toEqual(body);
  });

  it('frees the email for somebody else', async () => {
    const user = await newcomer();
    await anonymize(user);
    const { status } = await desk.admin.post('/users', { email: user.email, name: 'Another', role: 'CUSTOMER' });
    expect(status).toBe(201);
  });

  it('takes words away where they stand as words, and nowhere else', async () => {
    const user = await desk.tenant.user('CUSTOMER', 'Will');
    const own = await openTicket(user, { title: 'Will says he will', description: 'Goodwill, William.' });
    const { id } = await openTicket(desk.customer, { title: 'It will break' });
    const { body: foreign } = await desk.agent.get(`/tickets/${id}`);
    await anonymize(user);
    expect((await desk.agent.get(`/tickets/${own.id}`)).body).toMatchObject({
      title: '[removed] says he [removed]',
      description: 'Goodwill, William.',
    });
    expect((await desk.agent.get(`/tickets/${foreign.id}`)).body).toEqual(foreign);
  });

  it('takes a name literally that looks like an expression', async () => {
    const user = await desk.tenant.user('CUSTOMER', 'A.* (B) [c]\\d');
    const ticket = await openTicket(desk.agent, { title: 'Said A.* (B) [c]\\d to AxxB', authorId: user.id });
    await anonymize(user);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.title).toBe('Said [removed] to AxxB');
  });

  it('leaves no open ticket with an agent who is nobody, and no event that does not say so', async () => {
    const agent = await newcomer('AGENT');
    const ticket = await openTicket(desk.agent, { assignedToId: agent.id });
    await anonymize(agent);
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body.assignedToId).toBeNull();
    expect((await eventsOf(desk.agent, ticket.id)).at(-1).changes).toEqual({
      assignedToId: { from: agent.id, to: null },
    });
  });

  it('is refused for the last admin', async () => {
    const { status, body } = await anonymize(desk.admin);
    expect([status, body.code]).toEqual([409, 'last_admin']);
  });

  it.each(['export', 'anonymize'])(
    'and exporting are for admins alone, about users who are there: %s',
    async (verb) => {
      for (const caller of [desk.agent, desk.customer])
        expect((await caller.post(`/users/${desk.customer.id}/${verb}`)).status).toBe(403);
      for (const id of ['x', '01a1fac5-30c5-7dac-ac30-a758dbba7229'])
        expect((await desk.admin.post(`/users/${id}/${verb}`)).body.code).toBe('not_found');
    },
  );
});

describe('exporting a person', () => {
  it('answers all that the tenant holds of the person, and nothing of anybody else', async () => {
    const user = await newcomer();
    const ticket = await openTicket(user);
    const said = await reply(user, ticket.id, { body: 'Please.' });
    const answer = await reply(desk.agent, ticket.id, { body: 'No.' });
    await openTicket(desk.customer);
    const { status, body, headers } = await desk.admin.post(`/users/${user.id}/export`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-store']);
    expect(headers.get('content-disposition')).toContain(`user-${user.id}.json`);
    expect(body).toMatchObject({
      user: { id: user.id, email: user.email },
      organization: null,
      tickets: [{ id: ticket.id, title: ticket.title }],
      comments: [{ id: said.id, body: 'Please.' }],
      assignedTickets: [],
      attachments: [],
      views: [],
    });
    expect(body.sessions).toHaveLength(1);
    expect(body.events.map(({ type }: any) => type)).toEqual(['CREATED', 'COMMENTED']);
    const text = JSON.stringify(body);
    for (const hidden of [answer.id, desk.agent.email, 'argon2']) expect(text).not.toContain(hidden);
  });

  it('goes on over many pages', async () => {
    const user = await newcomer();
    const ticket = await openTicket(user);
    await connected(urlOf(desk.tenant.databaseName), (client) =>
      client.query(
        `INSERT INTO "Comment" ("ticketId", "authorId", "body") SELECT $1, $2, 'line ' || n FROM generate_series(1, 1201) n`,
        [ticket.id, user.id],
      ),
    );
    const { body } = await desk.admin.post(`/users/${user.id}/export`);
    expect(new Set(body.comments.map((comment: any) => comment.body)).size).toBe(1201);
  });
});
