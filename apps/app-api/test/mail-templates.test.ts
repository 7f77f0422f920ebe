import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, refusal } from './people.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
let desk: Helpdesk;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  const app = {
    MAIL_RELAY_URL: relay.url,
    MAIL_DOMAIN: 'desk.example',
    TICKET_AUTO_CLOSE: '10d',
    TICKET_AUTO_CLOSE_SURVEY: '1s',
  };
  system = await startSystem({ appQueues: true, app });
});
beforeEach(async () => {
  desk = await openHelpdesk(system);
});
afterAll(async () => {
  await system?.close();
  await relay?.close();
});

const path = '/settings/templates';
const write = (name: string, fields: object, headers = {}) =>
  desk.admin.send('PUT', `${path}/${name}`, fields, { headers });
async function mailTo({ email }: { email: string }, count = 1): Promise<TakenMail> {
  await until(() => relay.to(email).length >= count);
  return relay.to(email)[count - 1] as TakenMail;
}
const deliveries = () => inDatabase(desk.tenant, `SELECT "kind", "status" FROM "MailDelivery" ORDER BY "id"`);
const wantClosedMails = async () =>
  expect((await desk.admin.patch('/settings', { closedMail: true })).body).toMatchObject({ closedMail: true });

describe('mail templates', () => {
  it('are built in for each language until somebody writes others', async () => {
    const first = (await desk.admin.get(`${path}?limit=7&include=total`)).body;
    const rest = (await desk.admin.get(`${path}?cursor=${first.meta.nextCursor}`)).body;
    const all = [...first.data, ...rest.data];
    expect(first.meta.total).toBe(12);
    expect(new Set(all.map(({ name, locale }) => `${name} ${locale}`)).size).toBe(12);
    for (const each of all) expect(each).toMatchObject({ isBuiltIn: true, version: 0, updatedAt: null });
    const { headers, body } = await desk.admin.get(`${path}/Closed/DE`);
    expect([headers.get('etag'), body]).toEqual([
      '"0"',
      all.find((each) => each.name === 'CLOSED' && each.locale === 'de'),
    ]);
    for (const nothing of ['opened/en', 'reply/it', 'reply/de-CH'])
      expect(refusal(await desk.admin.get(`${path}/${nothing}`))).toEqual([404, 'not_found']);
  });

  it('are written, with If-Match, and put back', async () => {
    const body = 'Hi {{ reader.name }}, it is {{ticket.reference}}.';
    const written = await write('received/en', { body, footer: '{{helpdesk.name}}' }, { 'if-match': '"0"' });
    expect(written.body).toMatchObject({ body, footer: '{{helpdesk.name}}', isBuiltIn: false, version: 1 });
    expect((await write('received/en', { body, footer: '{{helpdesk.name}}' })).body).toEqual(written.body);
    expect((await write('received/en', { body })).body).toMatchObject({ footer: null, version: 2 });
    const stale = await write('received/en', { body: 'Other.' }, { 'if-match': '"1"' });
    expect(stale.body).toMatchObject({ code: 'version_conflict', currentVersion: 2 });
    for (let times = 0; times < 2; times++) expect((await desk.admin.delete(`${path}/received/en`)).status).toBe(204);
    expect((await desk.admin.get(`${path}/received/en`)).body).toMatchObject({ isBuiltIn: true });
    const { data } = (await desk.admin.get('/audit-events?type=TEMPLATE_UPDATED,TEMPLATE_RESET')).body;
    expect(data.map(({ type }: any) => type).sort()).toEqual([
      'TEMPLATE_RESET',
      'TEMPLATE_UPDATED',
      'TEMPLATE_UPDATED',
    ]);
    expect(data[0].details).toEqual({ name: 'RECEIVED', locale: 'en' });
  });

  it.each([
    ['reply/en', { body: 'No words of the agent.' }, 'missing_placeholder'],
    ['reply/en', { body: '{{comment.body}} {{nobody}}' }, 'unknown_placeholder'],
    ['closed/en', { body: '{{comment.body}}' }, 'unknown_placeholder'],
    ['closed/en', { body: 'Closed.', footer: '{{constructor}}' }, 'unknown_placeholder'],
    ['closed/en', { body: ' ' }, 'empty'],
    ['closed/en', { body: 'x'.repeat(10_001) }, 'too_long'],
    ['closed/en', {}, 'required'],
  ])('refuse for %s %j: %s', async (name, fields, code) => {
    const answer = await write(name, fields);
    expect([answer.status, answer.body.errors[0].code]).toEqual([400, code]);
    expect((await desk.admin.get(`${path}/${name}`)).body).toMatchObject({ isBuiltIn: true });
  });

  it('are previewed, of a ticket or of one that is made up, and nothing is stored', async () => {
    const ticket = await openTicket(desk.customer, { title: 'About <{{me.name}}>' });
    const fields = { body: '{{reader.name}}: {{ticket.title}}\n{{comment.body}}', footer: '{{me.name}}' };
    const { status, body } = await desk.admin.post(`${path}/reply/de/preview`, { ...fields, ticketId: ticket.id });
    expect(status).toBe(200);
    expect(body.subject).toBe(`[${desk.tenant.slug}-${ticket.number}] About <{{me.name}}>`);
    expect(body.text).toContain(`Carl Customer: About <{{me.name}}>\nEin neuer Toner`);
    expect(body.text).toContain(desk.admin.name);
    expect(body.html).toContain('About &lt;{{me.name}}&gt;');
    const built = (await desk.admin.post(`${path}/closed/fr/preview`)).body;
    expect(built.text).toContain('Bonjour Ada Lovelace');
    expect(refusal(await desk.admin.post(`${path}/reply/de/preview`, { body: 'x' }))).toEqual([
      400,
      'validation_failed',
    ]);
    expect((await desk.admin.get(`${path}/reply/de`)).body).toMatchObject({ isBuiltIn: true });
    expect(await deliveries()).toEqual([]);
  });
});

describe('a reply', () => {
  it("says what the template of its reader's language says, and no address of the staff", async () => {
    await write('reply/de', {
      body: '{{reader.name}}, {{me.name}} schreibt:\n\n{{comment.body}}',
      footer: '{{me.email}} {{helpdesk.name}}',
    });
    await desk.customer.patch(`/users/${desk.customer.id}`, { locale: 'de-AT' });
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'Ein {{ticket.title}} <b>kommt</b>.' });
    const { body, raw } = await mailTo(desk.customer);
    expect(body).toContain('Carl Customer, Anna Agent schreibt:\r\n\r\nEin {{ticket.title}} <b>kommt</b>.');
    expect(body).toContain('Ein {{ticket.title}} &lt;b&gt;kommt&lt;/b&gt;.');
    expect(body).toContain(`support@${desk.tenant.slug}.desk.example Tenant ${desk.tenant.slug}`);
    expect(raw).not.toContain(desk.agent.email);
  });
});

describe('a closed ticket', () => {
  const close = async (fields: object = {}) => {
    const ticket = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id, ...fields });
    expect((await desk.agent.patch(`/tickets/${ticket.id}`, { status: 'CLOSED' })).status).toBe(200);
    return ticket;
  };

  it('is told of where the helpdesk wants that, in the words of the template', async () => {
    await close();
    expect(await deliveries()).toEqual([]);
    await wantClosedMails();
    await write('closed/en', { body: '{{ticket.reference}} is {{ticket.status}}.' });
    const ticket = await close({ title: 'No toner' });
    const { headers, body } = await mailTo(desk.customer);
    expect(headers.get('subject')).toBe(`[${desk.tenant.slug}-${ticket.number}] No toner`);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('reply-to')).toMatch(/<support\+[a-z2-7]{26}@/);
    expect(body).toContain(`${desk.tenant.slug}-${ticket.number} is CLOSED.`);
  });

  it('is told of by a comment that closes it, too, and refers to what came before', async () => {
    await wantClosedMails();
    const ticket = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    await reply(desk.agent, ticket.id, { body: 'Good bye.', status: 'CLOSED' });
    await mailTo(desk.customer, 2);
    const [farewell, told] = relay
      .to(desk.customer.email)
      .sort((one, other) => Number(one.headers.has('auto-submitted')) - Number(other.headers.has('auto-submitted')));
    expect(told?.headers.get('references')).toBe(farewell?.headers.get('message-id'));
  });

  it('that closed by itself is told of', async () => {
    await wantClosedMails();
    const { id } = await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id });
    await inDatabase(desk.tenant, `UPDATE "Ticket" SET "resolvedAt" = now() - interval '11 days' WHERE "id" = $1`, [
      id,
    ]);
    const { body } = await mailTo(desk.customer);
    expect(body).toContain('is closed: Printer prints blank pages');
  });

  it('leaves to nobody when a ticket closes by itself that was resolved before it was imported', async () => {
    await wantClosedMails();
    const made = [];
    for (let count = 0; count < 2; count++)
      made.push(await openTicketAs(desk.agent, 'RESOLVED', { authorId: desk.customer.id }));
    const [imported, own] = made;
    await inDatabase(
      desk.tenant,
      `WITH told AS (INSERT INTO "TicketEvent" ("ticketId", "type", "imported") VALUES ($1, 'IMPORTED', true))
       UPDATE "Ticket" SET "resolvedAt" = now() - interval '11 days'`,
      [imported.id],
    );
    await until(async () => (await desk.agent.get(`/tickets/${imported.id}`)).body.status === 'CLOSED');
    await until(async () => (await desk.agent.get(`/tickets/${own.id}`)).body.status === 'CLOSED');
    const told = await inDatabase(desk.tenant, `SELECT "ticketId" FROM "MailDelivery" WHERE "kind" = 'CLOSED'`);
    expect(told).toEqual([{ ticketId: own.id }]);
  });

  it('is not told of when it is spam, merged, or closed by its author', async () => {
    await wantClosedMails();
    const spam = await openTicket(desk.stranger);
    expect((await desk.agent.post(`/tickets/${spam.id}/spam`)).status).toBe(200);
    const [source, target] = [await openTicket(desk.stranger), await openTicket(desk.stranger)];
    expect((await desk.agent.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
    const own = await openTicketAs(desk.agent, 'RESOLVED');
    expect((await desk.agent.patch(`/tickets/${own.id}`, { status: 'CLOSED' })).status).toBe(200);
    await close();
    await mailTo(desk.customer);
    expect((await deliveries()).filter(({ kind }) => kind === 'CLOSED')).toHaveLength(1);
    expect(relay.to(desk.stranger.email)).toEqual([]);
  });
});
