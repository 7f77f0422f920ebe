import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { upload } from './files.js';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
/** Another process of the app API. */
let second: NestFastifyApplication;
let desk: Helpdesk;
/** The customer's. */
let ticket: any;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  const app = { MAIL_RELAY_URL: relay.url, MAIL_DOMAIN: 'desk.example', MAIL_SURVEY: '1s' };
  system = await startSystem({ appQueues: true, app });
  second = await createAppApi(system.installation.appConfig(app));
  await second.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  relay.onRecipient = () => undefined;
  relay.onMail = () => undefined;
  desk = await openHelpdesk(system);
  ticket = await openTicket(desk.customer);
});
afterAll(async () => {
  await second?.close();
  await system?.close();
  await relay?.close();
});

const answer = (fields: object = {}) => reply(desk.agent, ticket.id, { body: 'A new toner is on its way.', ...fields });
/** Agents follow, customers are CC. */
const join = async ({ id }: { id: string }) =>
  expect((await desk.admin.put(`/tickets/${ticket.id}/participants/${id}`)).status).toBe(204);
const mailsTo = ({ email }: { email: string }) => relay.to(email);
async function mailTo(person: { email: string }, count = 1): Promise<TakenMail> {
  await until(() => mailsTo(person).length >= count);
  return mailsTo(person)[count - 1] as TakenMail;
}
const read = async ({ id }: { id: string }) => (await desk.agent.get(`/tickets/${ticket.id}/comments/${id}`)).body;
const deliveriesOf = async (comment: { id: string }) => (await read(comment)).deliveries as any[];
const settled = async (comment: { id: string }) => {
  await until(async () => (await deliveriesOf(comment)).every(({ status }) => status !== 'QUEUED'));
  return deliveriesOf(comment);
};
/** What follows is not before: when its mail has left, those that should not have would have left too. */
const nothingElseLeft = async () => {
  const { length } = mailsTo(desk.customer);
  await answer({ body: 'The last one.' });
  await mailTo(desk.customer, length + 1);
};
const dueAgain = () => inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "dueAt" = now() WHERE "status" = 'QUEUED'`);

describe('a public comment by staff', () => {
  it('leaves as mail to the author of its ticket', async () => {
    const { tenant, customer } = desk;
    const host = `${tenant.slug}.desk.example`;
    const comment = await answer({ body: 'A new toner <b>is</b> on its way.' });
    expect(comment.deliveries).toEqual([{ to: customer.email, status: 'QUEUED', code: null, at: expect.any(String) }]);
    const mail = await mailTo(customer);
    expect(mail.to).toEqual([customer.email]);
    expect(mail.from).toMatch(new RegExp(`^bounces\\+[a-z2-7]{26}@${host}$`));
    const { headers } = mail;
    expect(headers.get('from')).toBe(`"Tenant ${tenant.slug}" <support@${host}>`);
    expect(headers.get('to')).toBe(`Carl Customer <${customer.email}>`);
    expect(headers.get('reply-to')).toMatch(new RegExp(`<support\\+[a-z2-7]{26}@${host}>$`));
    expect(headers.get('subject')).toBe(`[${tenant.slug}-${ticket.number}] ${ticket.title}`);
    expect(headers.get('content-type')).toMatch(/^multipart\/alternative/);
    expect(mail.body).toContain('A new toner <b>is</b> on its way.\r\n');
    expect(mail.body).toContain('A new toner &lt;b&gt;is&lt;/b&gt; on its way.');
    for (const name of ['auto-submitted', 'in-reply-to', 'references', 'bcc']) expect(headers.has(name)).toBe(false);
    expect(await settled(comment)).toMatchObject([{ to: customer.email, status: 'SENT', code: null }]);
  });

  it('is signed for the mail domain, with the key that the DNS is to have', async () => {
    await answer({ body: 'Grüße, and a new toner.' });
    const { raw, headers } = await mailTo(desk.customer);
    const [{ records }] = (await desk.admin.get('/mailboxes/dns')).body.data;
    const { name, value } = records.find(({ kind }: any) => kind === 'DKIM');
    expect(headers.get('dkim-signature')).toContain(`d=desk.example; q=dns/txt; s=${name.split('.')[0]}`);
    const resolver = (asked: string) =>
      asked === name
        ? Promise.resolve([[value]])
        : Promise.reject(Object.assign(new Error(asked), { code: 'ENOTFOUND' }));
    const verify = async (message: string) => (await dkimVerify(message, { resolver })).results[0]?.status.result;
    expect(await verify(raw)).toBe('pass');
    expect(await verify(raw.replace('toner', 'tonic'))).not.toBe('pass');
    expect(await verify(raw.replace(/^From: .*$/m, 'From: mallory@desk.example'))).not.toBe('pass');
  });

  it("is written in each reader's language", async () => {
    const { admin, customer, stranger } = desk;
    await customer.patch(`/users/${customer.id}`, { locale: 'fr-CA' });
    await join(stranger);
    await admin.patch('/settings', { locale: 'de' });
    await answer();
    expect((await mailTo(customer)).body).toContain('<html lang="fr">');
    expect((await mailTo(customer)).body).toContain('pondez simplement');
    expect((await mailTo(stranger)).body).toContain('Antworten Sie einfach auf diese Mail.');
  });

  it('leaves to CC participants in a mail of their own, and not to whoever wrote it or follows', async () => {
    const { agent, admin, stranger, customer } = desk;
    for (const person of [stranger, agent, admin]) await join(person);
    const deliveries = await settled(await answer());
    expect(deliveries.map(({ to }) => to).sort()).toEqual([stranger, customer].map(({ email }) => email).sort());
    const mails = [stranger, customer].map((person) => mailsTo(person)[0] as TakenMail);
    expect(mails.map(({ to }) => to.length)).toEqual([1, 1]);
    for (const header of ['message-id', 'reply-to'])
      expect(new Set(mails.map(({ headers }) => headers.get(header))).size).toBe(2);
    expect(new Set(mails.map(({ from }) => from)).size).toBe(2);
    // Who follows is told of it, in a mail that a program wrote.
    const repliesTo = (person: { email: string }) =>
      mailsTo(person).filter(({ headers }) => !headers.has('auto-submitted'));
    for (const person of [agent, admin]) expect(repliesTo(person)).toEqual([]);
  });

  it('continues the conversation that its reader has', async () => {
    await answer();
    const first = await mailTo(desk.customer);
    await reply(desk.customer, ticket.id, { body: 'Thank you.' });
    await answer({ body: 'Gladly.' });
    const next = await mailTo(desk.customer, 2);
    const firstId = first.headers.get('message-id');
    expect([next.headers.get('in-reply-to'), next.headers.get('references')]).toEqual([firstId, firstId]);
    expect(next.headers.get('reply-to')).toBe(first.headers.get('reply-to'));
    expect(next.from).not.toBe(first.from);
    await inDatabase(
      desk.tenant,
      `INSERT INTO "MailMessage" ("ticketId", "messageId") VALUES ($1, 'question@cust.example')`,
      [ticket.id],
    );
    await answer({ body: 'Once more.' });
    const third = await mailTo(desk.customer, 3);
    expect(third.headers.get('in-reply-to')).toBe('<question@cust.example>');
    expect(third.headers.get('references')?.split(' ')).toEqual([
      firstId,
      next.headers.get('message-id'),
      '<question@cust.example>',
    ]);
  });

  it('is from the mailbox of its group, with that signature', async () => {
    const { admin, customer } = desk;
    const [{ id }] = (await admin.get('/mailboxes')).body.data;
    await admin.patch(`/mailboxes/${id}`, { name: 'Grün & Partner', signature: 'Your printers' });
    await answer();
    const mail = await mailTo(customer);
    expect(mail.headers.get('from')).toContain('=?UTF-8?');
    expect(mail.body).toContain('-- \r\nYour printers');
  });

  it('takes its files along, as files', async () => {
    const file = await upload(desk.agent, 'the label', 'label.txt');
    await answer({ attachmentIds: [file.id] });
    const mail = await mailTo(desk.customer);
    expect(mail.headers.get('content-type')).toMatch(/^multipart\/mixed/);
    expect(mail.body).toMatch(/Content-Disposition: attachment; filename=label\.txt/);
    expect(mail.body).toContain(Buffer.from('the label').toString('base64'));
  });

  it('puts no header of its writer’s into a mail', async () => {
    const title = 'Printer\u2028Bcc: spy@evil.example';
    ticket = await openTicket(desk.customer, { title });
    await answer({ body: 'One\r\n.\r\nMAIL FROM:<spy@evil.example>' });
    const mail = await mailTo(desk.customer);
    expect(mail.headers.has('bcc')).toBe(false);
    expect(mail.to).toEqual([desk.customer.email]);
  });

  it('leaves once, whichever process takes it', async () => {
    const comments = await Promise.all(Array.from({ length: 12 }, (_, index) => answer({ body: `Part ${index}` })));
    for (const comment of comments) await settled(comment);
    expect(new Set(mailsTo(desk.customer).map(({ headers }) => headers.get('message-id'))).size).toBe(12);
    expect(mailsTo(desk.customer)).toHaveLength(12);
  });
});

describe('no mail leaves', () => {
  it('of an internal comment, or of a customer’s', async () => {
    await answer({ visibility: 'INTERNAL', body: 'Secret' });
    await reply(desk.customer, ticket.id, { body: 'And?' });
    await nothingElseLeft();
    expect(mailsTo(desk.customer)).toHaveLength(1);
    expect(relay.taken.filter(({ raw }) => raw.includes('Secret'))).toEqual([]);
  });

  it('of a comment that was redacted before', async () => {
    relay.onRecipient = () => '451 4.3.0 Later.';
    const comment = await answer({ body: 'The password is 1234.' });
    await until(async () => (await deliveriesOf(comment))[0].code === '4.3.0');
    expect((await desk.admin.post(`/tickets/${ticket.id}/comments/${comment.id}/redact`)).status).toBe(200);
    relay.onRecipient = () => undefined;
    await dueAgain();
    await until(async () => (await deliveriesOf(comment)).length === 0);
    expect(mailsTo(desk.customer)).toEqual([]);
  });

  it('to somebody who is disabled', async () => {
    await desk.admin.delete(`/users/${desk.customer.id}`);
    expect((await answer()).deliveries).toEqual([]);
  });

  it('to an address from which mail came back for good', async () => {
    const { customer, agent, tenant } = desk;
    await inDatabase(tenant, `INSERT INTO "UndeliverableAddress" ("addressKey", "code") VALUES ($1, '5.1.1')`, [
      customer.email,
    ]);
    expect(await settled(await answer())).toMatchObject([{ to: customer.email, status: 'FAILED', code: '5.1.1' }]);
    expect(mailsTo(customer)).toEqual([]);
    expect((await agent.get('/notifications')).body.data[0]).toMatchObject({ kind: 'DELIVERY_FAILED', actorId: null });
  });

  it('while the helpdesk is suspended: it leaves afterwards', async () => {
    relay.onRecipient = () => '451 4.3.0 Later.';
    const comment = await answer();
    await until(async () => (await deliveriesOf(comment))[0].code === '4.3.0');
    const { id } = desk.tenant;
    expect((await system.operator.post(`/tenants/${id}/suspend`)).status).toBe(200);
    relay.onRecipient = () => undefined;
    await dueAgain();
    const other = await openHelpdesk(system);
    const { id: otherTicket } = await openTicket(other.customer);
    await reply(other.agent, otherTicket, { body: 'Here we are.' });
    await mailTo(other.customer);
    expect(mailsTo(desk.customer)).toEqual([]);
    expect((await system.operator.post(`/tenants/${id}/activate`)).status).toBe(200);
    await mailTo(desk.customer);
  });
});

describe('a relay that refuses', () => {
  it('for now gets the same mail again, soon', async () => {
    const ids: string[] = [];
    relay.onRecipient = () => '450 4.2.1 Greylisted.';
    const comment = await answer();
    await until(async () => (await deliveriesOf(comment))[0].code === '4.2.1');
    expect(await deliveriesOf(comment)).toMatchObject([{ status: 'QUEUED' }]);
    const [{ seconds }] = await inDatabase(
      desk.tenant,
      `SELECT extract(epoch FROM "dueAt" - now())::float8 AS seconds FROM "MailDelivery"`,
    );
    expect(seconds).toBeLessThan(60);
    relay.onRecipient = () => undefined;
    relay.onMail = () => (ids.length === 0 ? '451 4.0.0 Once more.' : undefined);
    const { onMail } = relay;
    relay.onMail = async (address) => {
      const refused = await onMail(address);
      ids.push(address);
      return refused;
    };
    await dueAgain();
    await until(async () => (await deliveriesOf(comment))[0].code === '4.0.0');
    await dueAgain();
    expect(await settled(comment)).toMatchObject([{ status: 'SENT', code: null }]);
    expect(mailsTo(desk.customer)).toHaveLength(1);
  });

  it('for good ends it, and tells whoever wrote it', async () => {
    relay.onRecipient = (address) => (address === desk.customer.email ? '550 5.1.1 No such user.' : undefined);
    await join(desk.stranger);
    const comment = await answer();
    const deliveries = await settled(comment);
    expect(deliveries.find(({ to }) => to === desk.customer.email)).toMatchObject({ status: 'FAILED', code: '5.1.1' });
    expect(deliveries.find(({ to }) => to === desk.stranger.email)).toMatchObject({ status: 'SENT', code: null });
    const told = (await desk.agent.get('/notifications')).body.data.filter(
      ({ kind }: any) => kind === 'DELIVERY_FAILED',
    );
    expect(told).toMatchObject([{ ticketId: ticket.id, commentId: comment.id, details: { code: '5.1.1' } }]);
    expect((await desk.admin.get('/notifications')).body.data).toEqual([]);
  });

  it('keeps nobody from what others get', async () => {
    const { customer } = desk;
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    relay.onRecipient = async (address) => void (address === customer.email && (await held));
    for (let part = 0; part < 6; part += 1) await answer({ body: `Part ${part}` });
    const other = await openHelpdesk(system);
    const { id } = await openTicket(other.customer);
    await reply(other.agent, id, { body: 'Here we are.' });
    await mailTo(other.customer);
    expect(mailsTo(customer)).toEqual([]);
    release();
    await mailTo(customer, 6);
  });
});

describe('deliveries', () => {
  it('are seen by staff alone', async () => {
    const comment = await answer();
    await settled(comment);
    const [shown] = (await desk.customer.get(`/tickets/${ticket.id}/comments`)).body.data;
    expect(shown.id).toBe(comment.id);
    expect(shown).not.toHaveProperty('deliveries');
  });

  it('lose the address of somebody who is anonymized, and waiting ones go', async () => {
    relay.onRecipient = () => '451 4.3.0 Later.';
    const comment = await answer();
    await until(async () => (await deliveriesOf(comment))[0].code === '4.3.0');
    relay.onRecipient = () => undefined;
    const sent = await answer({ body: 'Another one.' });
    await until(async () => (await deliveriesOf(sent))[0].status === 'SENT');
    expect((await desk.admin.post(`/users/${desk.customer.id}/anonymize`)).status).toBe(200);
    expect(await deliveriesOf(comment)).toEqual([]);
    expect(await deliveriesOf(sent)).toMatchObject([{ to: `${desk.customer.id}@anonymized.invalid`, status: 'SENT' }]);
    const left = await inDatabase(desk.tenant, 'SELECT "userId" FROM "ReplyToken" WHERE "userId" = $1', [
      desk.customer.id,
    ]);
    expect(left).toEqual([]);
  });
});
