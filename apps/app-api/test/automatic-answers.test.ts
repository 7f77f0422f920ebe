import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until, type TestTenant } from '@helpdeskly/testing';
import type { SendMailOptions } from 'nodemailer';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';
import { filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let office: PostOffice;
let relay: SmtpRelay;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  office = await openPostOffice({ MAIL_RELAY_URL: relay.url, MAIL_DOMAIN: 'desk.example' });
});
beforeEach(async () => {
  relay.onMail = () => undefined;
  desk = await answering();
});
afterAll(async () => {
  await office?.close();
  await relay?.close();
});

/** A helpdesk whose mailbox answers. */
async function answering(): Promise<Helpdesk> {
  const opened = await openHelpdesk(office.system);
  const [mailbox] = (await opened.admin.get('/mailboxes')).body.data;
  const changed = await opened.admin.patch(`/mailboxes/${mailbox.id}`, { autoReply: true, signature: 'Your helpdesk' });
  expect(changed.status).toBe(200);
  return opened;
}
const supportOf = ({ slug }: Pick<TestTenant, 'slug'>) => `support@${slug}.desk.example`;
const someone = () => `writer-${++count}@open.example`;
const write = (from: string, subject: string, more: SendMailOptions = {}) =>
  office.send({ from, to: supportOf(desk.tenant), subject, text: 'It does not print.', ...more });
/** Answers that left or wait, of a helpdesk. */
const answersOf = ({ tenant }: Helpdesk) =>
  inDatabase(tenant, `SELECT "address", "status" FROM "MailDelivery" WHERE "kind" = 'RECEIVED' ORDER BY "id"`);
async function answerTo(address: string): Promise<TakenMail> {
  await until(() => relay.to(address).length > 0);
  return relay.to(address)[0] as TakenMail;
}

describe('a mailbox that answers', () => {
  it('answers a mail that opens a ticket, into its conversation', async () => {
    const from = someone();
    await write(from, 'Blank pages', { messageId: '<asked@open.example>' });
    const ticket = await ticketOf(desk.admin, 'Blank pages');
    const { headers, body, from: envelope } = await answerTo(from);
    expect(headers.get('auto-submitted')).toBe('auto-replied');
    expect(headers.get('x-loop')).toBe(`${desk.tenant.slug}.desk.example`);
    expect(headers.get('x-auto-response-suppress')).toBe('OOF, AutoReply');
    expect(headers.get('subject')).toBe(`[${desk.tenant.slug}-${ticket.number}] Blank pages`);
    expect([headers.get('in-reply-to'), headers.get('references')]).toEqual(Array(2).fill('<asked@open.example>'));
    expect(headers.get('reply-to')).toMatch(/<support\+[a-z2-7]{26}@/);
    expect(envelope).toMatch(/^bounces\+/);
    expect(body).toContain(`${desk.tenant.slug}-${ticket.number}: Blank pages`);
    expect(body).toContain('Your helpdesk');
    expect((await desk.agent.get(`/tickets/${ticket.id}`)).body).toMatchObject({
      commentCount: 0,
      firstRespondedAt: null,
    });
  });

  it('answers somebody new in the language of the mail, if it says in which it is', async () => {
    for (const [said, lang, kept] of [
      ['de-AT, en', 'de', 'de-AT'],
      ['x-none', 'en', null],
    ]) {
      const from = someone();
      await write(from, `In ${said}`, { headers: { 'Content-Language': String(said) } });
      expect((await answerTo(from)).body).toContain(`<html lang="${lang}">`);
      const [person] = (await desk.agent.get(`/users?email=${from}`)).body.data;
      expect(person.locale).toBe(kept);
    }
  });

  it('answers an address once an hour', async () => {
    const from = someone();
    for (const subject of ['First', 'Second', 'Third']) await write(from, subject);
    for (const subject of ['First', 'Second', 'Third']) await ticketOf(desk.admin, subject);
    expect(await answersOf(desk)).toHaveLength(1);
    await inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "createdAt" = now() - interval '61 minutes'`);
    await write(from, 'Fourth');
    await ticketOf(desk.admin, 'Fourth');
    expect(await answersOf(desk)).toHaveLength(2);
  });

  it.each([
    ['Auto-Submitted', 'auto-replied (vacation)'],
    ['Auto-Submitted', 'auto-generated'],
    ['Precedence', 'bulk'],
    ['Precedence', 'list'],
    ['List-Id', '<people.open.example>'],
    ['X-Auto-Response-Suppress', 'All'],
    ['X-Auto-Response-Suppress', 'DR, AutoReply'],
  ])('does not answer a mail with %s: %s', async (name, value) => {
    await write(someone(), 'From a machine', { headers: { [name]: value } });
    await ticketOf(desk.admin, 'From a machine');
    expect(await answersOf(desk)).toEqual([]);
  });

  it('does not answer a mail from nobody, its own mail, or one that was forged', async () => {
    const from = someone();
    await write(from, 'From nobody', { envelope: { from: '', to: supportOf(desk.tenant) } });
    await write(from, 'Our own', { headers: { 'X-Loop': `${desk.tenant.slug}.desk.example` } });
    await write('victim@guarded.example', 'Forged');
    for (const subject of ['From nobody', 'Our own', 'Forged']) await ticketOf(desk.admin, subject);
    expect(await answersOf(desk)).toEqual([]);
  });

  it('does not answer what becomes a comment, and nothing unless it is asked to', async () => {
    const from = someone();
    await write(from, 'Asked');
    const ticket = await ticketOf(desk.admin, 'Asked');
    const { headers } = await answerTo(from);
    const [, address = ''] = /<([^<>]+)>$/.exec(headers.get('reply-to') ?? '') ?? [];
    await inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "createdAt" = now() - interval '61 minutes'`);
    await office.send({ from, to: address, subject: 'Re: Asked', text: 'One more thing.' });
    expect(await filed(desk.admin, 'Re: Asked')).toMatchObject({ status: 'FILED', ticketId: ticket.id });
    expect(await answersOf(desk)).toHaveLength(1);
    const silent = await openHelpdesk(office.system);
    await office.send({ from, to: supportOf(silent.tenant), subject: 'Asked', text: 'Hello?' });
    await ticketOf(silent.admin, 'Asked');
    expect(await answersOf(silent)).toEqual([]);
  });

  it('ends with a responder that answers everything and says nothing of itself', async () => {
    const from = someone();
    const answered: Promise<unknown>[] = [];
    relay.onMail = (to) => {
      if (to === from) answered.push(write(from, `Away ${answered.length + 1}`));
      return undefined;
    };
    await write(from, 'Begins');
    await until(() => answered.length > 0);
    await Promise.all(answered);
    await ticketOf(desk.admin, 'Away 1');
    expect(await answersOf(desk)).toEqual([{ address: from, status: 'SENT' }]);
    expect(answered).toHaveLength(1);
  });

  it('ends with another helpdesk that answers too', async () => {
    const other = await answering();
    const [here, there] = [supportOf(desk.tenant), supportOf(other.tenant)];
    /** Brings the last mail to an address where it belongs. */
    const passOn = async (to: string) => {
      const { from, raw } = await answerTo(to);
      await office.send({ envelope: { from, to }, raw });
    };
    await office.send({ from: there, to: here, subject: 'Begins', text: 'Hello?' });
    const ticket = await ticketOf(desk.admin, 'Begins');
    await passOn(there);
    const subject = `[${desk.tenant.slug}-${ticket.number}] Begins`;
    const opened = await ticketOf(other.admin, subject);
    expect(opened.author.email).toBe(here);
    expect(await answersOf(other)).toEqual([]);
    await reply(other.agent, opened.id, { body: 'A human answer.' });
    await passOn(here);
    expect(await filed(desk.admin, `[${other.tenant.slug}-${opened.number}] ${subject}`)).toMatchObject({
      ticketId: ticket.id,
    });
    expect([await answersOf(desk), await answersOf(other)]).toMatchObject([[{ address: there }], []]);
  });

  it('and its people: a holiday answer to a notification opens nothing and says nothing', async () => {
    const { admin, customer, tenant } = desk;
    const agent = await openAgentAt(tenant);
    const ticket = await openTicket(customer);
    await admin.patch(`/tickets/${ticket.id}`, { assignedToId: agent.id });
    const { headers } = await answerTo(agent.email);
    await office.send({
      from: agent.email,
      to: supportOf(tenant),
      subject: 'Out of office',
      text: 'I am on holiday.',
      inReplyTo: headers.get('message-id'),
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    expect(await filed(admin, 'Out of office')).toMatchObject({
      status: 'FILED',
      reason: 'automatic_to_notice',
      ticketId: null,
    });
    expect((await admin.get(`/tickets/${ticket.id}`)).body.commentCount).toBe(0);
  });
});

/** An agent whose address may send mail. */
async function openAgentAt({ admin }: TestTenant): Promise<{ id: string; email: string }> {
  const email = `agent-${++count}@strict.example`;
  const made = await admin.post('/users', {
    email,
    name: 'Away Agent',
    role: 'AGENT',
    password: 'a password of many words',
  });
  expect(made.status).toBe(201);
  return made.body;
}
