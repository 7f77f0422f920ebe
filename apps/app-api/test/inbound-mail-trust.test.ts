import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TenantCatalog } from '@helpdeskly/catalog';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { AttachmentStore } from '../src/attachments/attachment-store.js';
import { CommentFiles } from '../src/attachments/comment-files.js';
import { messageIdOf } from '../src/mail-core/message-ids.js';
import { ReplyAddresses } from '../src/mail-core/reply-addresses.js';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';
import { filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';

let office: PostOffice;
let desk: Helpdesk;
let support: string;

beforeAll(async () => {
  office = await openPostOffice();
  desk = await openHelpdesk(office.system);
  support = `support@${desk.tenant.slug}.localhost`;
});

afterAll(() => office?.close());

const commentsOf = async (id: string, caller = desk.agent) => (await caller.get(`/tickets/${id}/comments`)).body.data;
const readTicket = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;

async function within<T>(work: () => Promise<T>): Promise<T> {
  const tenant = await office.system.appApp.get(TenantCatalog).byId(desk.tenant.id);
  return office.system.appApp.get(TenantContext).enter(tenant as never, work);
}

/** The address by which somebody answers in a ticket. */
const replyAddress = (ticketId: string, userId: string) =>
  within(() =>
    office.system.appApp
      .get(TenantDatabase)
      .transaction((tx) => office.system.appApp.get(ReplyAddresses).replyAddressOf(tx, { ticketId, userId })),
  );

/** The Message-ID of a mail that we have sent about a ticket. */
async function sentAbout(
  ticketId: string,
  kind: 'REPLY' | 'NOTIFICATION' | 'RECEIVED' = 'REPLY',
  address = 'x@open.example',
): Promise<string> {
  const data = { kind, ticketId, address } as const;
  const { id } = await within(() => office.system.appApp.get(TenantDatabase).client.mailDelivery.create({ data }));
  return `<${messageIdOf({ ticketId, deliveryId: id }, `${desk.tenant.slug}.localhost`)}>`;
}

/** Somebody of a role whose address is at a domain. */
async function personAt(domain: string, role = 'CUSTOMER'): Promise<{ id: string; email: string }> {
  const email = `p${Math.random().toString(36).slice(2)}@${domain}`;
  const { status, body } = await desk.admin.post('/users', { email, name: 'Paula Person', role });
  expect(status).toBe(201);
  return { id: body.id, email };
}

/** A ticket that somebody has asked. */
const askedBy = async ({ id }: { id: string }, status = 'OPEN') => openTicketAs(desk.agent, status, { authorId: id });

describe('an answer by mail', () => {
  it('reaches its ticket by the reply address, whatever its subject, and opens it again', async () => {
    const author = await personAt('open.example');
    const ticket = await askedBy(author, 'RESOLVED');
    const to = (await replyAddress(ticket.id, author.id)).toUpperCase();
    const text = 'It burns again.\n\nOn Mon, 1 Jan 2026 at 10:00, Acme <x@y.example> wrote:\n> It is out.\n';
    await office.send({ from: author.email, to, subject: 'Answer one', text });
    expect(await ticketOf(desk.admin, 'Answer one')).toMatchObject({ id: ticket.id, status: 'OPEN', reopenCount: 1 });
    const [comment] = await commentsOf(ticket.id);
    expect(comment).toMatchObject({
      body: 'It burns again.',
      visibility: 'PUBLIC',
      authorId: author.id,
      mail: { from: author.email, authentication: 'PASS', verified: true, subject: 'Answer one' },
    });
    expect(comment.quoted).toContain('> It is out.');
    expect(comment.attachments).toMatchObject([{ fileName: 'message.eml', contentType: 'message/rfc822' }]);
  });

  it('reaches its ticket by our Message-ID, and never by its subject', async () => {
    const author = await personAt('open.example');
    const ticket = await askedBy(author);
    const inReplyTo = await sentAbout(ticket.id);
    await office.send({ from: author.email, to: support, subject: 'Answer two', text: 'yes', inReplyTo });
    expect((await filed(desk.admin, 'Answer two')).ticketId).toBe(ticket.id);
    const subject = `Re: [${desk.tenant.slug}-${ticket.number}] ${ticket.title}`;
    await office.send({ from: author.email, to: support, subject, text: 'no' });
    expect((await filed(desk.admin, subject)).ticketId).not.toBe(ticket.id);
  });

  it('of a stranger who knows only the Message-ID opens a ticket of its own, with a link', async () => {
    const ticket = await askedBy(await personAt('open.example'));
    const references = await sentAbout(ticket.id);
    await office.send({ from: 'eve@open.example', to: support, subject: 'Let me in', text: 'x', references });
    const opened = await ticketOf(desk.admin, 'Let me in');
    expect(opened.id).not.toBe(ticket.id);
    expect(await commentsOf(ticket.id)).toEqual([]);
    const { body } = await desk.agent.get(`/tickets/${ticket.id}/links`);
    expect(body.data).toMatchObject([{ type: 'RELATED', ticket: { id: opened.id } }]);
  });

  it('from another address by somebody’s reply address is that sender’s, who joins nothing', async () => {
    const author = await personAt('open.example');
    const ticket = await askedBy(author);
    const to = await replyAddress(ticket.id, author.id);
    await office.send({ from: 'other@open.example', to, cc: 'more@open.example', subject: 'For him', text: 'x' });
    await filed(desk.admin, 'For him');
    const [comment] = await commentsOf(ticket.id);
    expect(comment).toMatchObject({ visibility: 'PUBLIC', author: { email: 'other@open.example' } });
    const { body } = await desk.agent.get(`/tickets/${ticket.id}/participants`);
    expect(body.data.map((each: any) => each.user.email)).toEqual(['more@open.example']);
  });

  it('to a closed ticket opens a follow-up', async () => {
    const author = await personAt('open.example');
    const ticket = await askedBy(author, 'CLOSED');
    const to = await replyAddress(ticket.id, author.id);
    await office.send({ from: author.email, to, subject: 'Not done', text: 'x' });
    expect(await ticketOf(desk.admin, 'Not done')).toMatchObject({ followUpOfId: ticket.id, status: 'OPEN' });
  });

  it('of an agent whose domain vouches for it is the agent’s public reply', async () => {
    const agent = await personAt('strict.example', 'AGENT');
    const ticket = await openTicket(desk.customer);
    const inReplyTo = await sentAbout(ticket.id);
    await office.send({ from: agent.email, to: support, subject: 'From an agent', text: 'Done.', inReplyTo });
    expect(await ticketOf(desk.admin, 'From an agent')).toMatchObject({ firstRespondedAt: expect.any(String) });
    expect(await commentsOf(ticket.id, desk.customer)).toMatchObject([{ body: 'Done.', authorId: agent.id }]);
    const [comment] = await commentsOf(ticket.id);
    expect(comment.attachments).toMatchObject([{ fileName: 'message.eml' }]);
    const { appApp } = office.system;
    const files = new CommentFiles(appApp.get(TenantDatabase), appApp.get(AttachmentStore));
    expect(await within(() => files.list(comment.id))).toEqual([]); // What leaves with it.
  });
});

describe('a forged From', () => {
  it.each([
    ['with a policy', 'guarded.example', 'FAIL'],
    ['without a policy', 'unguarded.example', 'NONE'],
  ])('of an agent %s is a note that nobody answers for', async (_name, domain, authentication) => {
    const agent = await personAt(domain, 'AGENT');
    const ticket = await openTicketAs(desk.agent, 'PENDING', { authorId: desk.customer.id });
    const inReplyTo = await sentAbout(ticket.id);
    const text = `Give him the keys, @[Ada](user:${desk.admin.id})`;
    await office.send({
      from: agent.email,
      to: support,
      cc: 'eve@open.example',
      subject: `Forged ${domain}`,
      text,
      inReplyTo,
    });
    const after = await ticketOf(desk.admin, `Forged ${domain}`);
    expect(after).toMatchObject({ id: ticket.id, status: 'PENDING', firstRespondedAt: null });
    const comments = await commentsOf(ticket.id);
    expect(comments).toMatchObject([{ visibility: 'INTERNAL', mail: { authentication, verified: false } }]);
    expect(await commentsOf(ticket.id, desk.customer)).toEqual([]);
    expect((await eventsOf(desk.agent, ticket.id)).at(-1)).toMatchObject({ type: 'COMMENTED', actorId: null });
    expect((await desk.agent.get(`/tickets/${ticket.id}/participants`)).body.data).toEqual([]);
    const { body: told } = await desk.admin.get('/notifications');
    expect(told.data.filter((each: any) => each.ticketId === ticket.id && each.kind === 'MENTIONED')).toEqual([]);
  });

  it('of a customer with a policy is a note, and opens nothing again', async () => {
    const author = await personAt('guarded.example');
    const ticket = await askedBy(author, 'RESOLVED');
    const inReplyTo = await sentAbout(ticket.id);
    await office.send({ from: author.email, to: support, subject: 'Forged customer', text: 'Refund me.', inReplyTo });
    expect(await ticketOf(desk.admin, 'Forged customer')).toMatchObject({ id: ticket.id, status: 'RESOLVED' });
    expect(await commentsOf(ticket.id)).toMatchObject([
      { visibility: 'INTERNAL', mail: { authentication: 'FAIL', verified: false } },
    ]);
  });

  it('of a customer without a policy is filed as theirs, and marked', async () => {
    const author = await personAt('unguarded.example');
    const ticket = await askedBy(author, 'PENDING');
    const inReplyTo = await sentAbout(ticket.id);
    await office.send({ from: author.email, to: support, subject: 'Unproven', text: 'x', inReplyTo });
    expect(await ticketOf(desk.admin, 'Unproven')).toMatchObject({ id: ticket.id, status: 'OPEN' });
    expect(await commentsOf(ticket.id)).toMatchObject([
      { visibility: 'PUBLIC', authorId: author.id, mail: { authentication: 'NONE', verified: false } },
    ]);
  });

  it('opens a ticket that is marked, and lets nobody into it', async () => {
    const author = await personAt('guarded.example');
    await office.send({ from: author.email, to: support, cc: 'eve@open.example', subject: 'Forged new', text: 'x' });
    const ticket = await ticketOf(desk.admin, 'Forged new');
    const { body: opening } = await desk.agent.get(`/tickets/${ticket.id}/opening`);
    expect(opening.mail).toMatchObject({ authentication: 'FAIL', verified: false });
    expect((await eventsOf(desk.agent, ticket.id))[0]).toMatchObject({ type: 'CREATED', actorId: null });
    expect((await desk.agent.get(`/tickets/${ticket.id}/participants`)).body.data).toEqual([]);
  });

  it('is nobody’s verdict when the DNS stays silent', async () => {
    office.zone.silent.add('_dmarc.slow.example').add('slow.example');
    const author = await personAt('slow.example');
    await office.send({ from: author.email, to: support, subject: 'Slow', text: 'x' });
    expect(await filed(desk.admin, 'Slow')).toMatchObject({ status: 'FILED', authentication: 'NONE' });
  });
});

/** What a server says of a mail that it did not deliver (RFC 3464). */
const reportOf = (about: { subject: string; recipient: string; status: string; original: string }) =>
  [
    'From: MAILER-DAEMON@mx.example',
    `To: ${support}`,
    `Subject: ${about.subject}`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    '',
    'It came back.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${about.recipient}`,
    'Action: failed',
    `Status: ${about.status}`,
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${about.original}`,
    '',
    '--b--',
    '',
  ].join('\r\n');

describe('mail of machines', () => {
  it('leaves the status of a ticket as it is', async () => {
    const author = await personAt('open.example');
    const ticket = await askedBy(author, 'RESOLVED');
    const to = await replyAddress(ticket.id, author.id);
    const headers = { 'Auto-Submitted': 'auto-replied' };
    await office.send({ from: author.email, to, subject: 'Out of office', text: 'Back in May.', headers });
    expect(await ticketOf(desk.admin, 'Out of office')).toMatchObject({ id: ticket.id, status: 'RESOLVED' });
    expect(await commentsOf(ticket.id)).toHaveLength(1);
  });

  it('that says a mail came back marks it as failed and its address as undeliverable, and is no ticket', async () => {
    const ticket = await openTicket(desk.customer);
    const original = await sentAbout(ticket.id);
    const report = reportOf({ subject: 'Undelivered mail', recipient: 'x@open.example', status: '5.1.1', original });
    await office.send({ envelope: { from: '', to: support }, raw: report });
    expect(await filed(desk.admin, 'Undelivered mail')).toMatchObject({ reason: 'bounce', ticketId: null });
    const [delivery] = await within(() =>
      office.system.appApp.get(TenantDatabase).client.mailDelivery.findMany({ where: { ticketId: ticket.id } }),
    );
    expect(delivery).toMatchObject({ status: 'FAILED', code: '5.1.1' });
    const undeliverable = within(() => office.system.appApp.get(TenantDatabase).client.undeliverableAddress.findMany());
    expect(await undeliverable).toMatchObject([{ addressKey: 'x@open.example' }]);
  });

  it('that says a mail came back is told to the assignee when somebody wrote it, and never when nobody did', async () => {
    const { id: ticketId } = await openTicketAs(desk.admin, 'OPEN', { authorId: desk.customer.id });
    await desk.admin.patch(`/tickets/${ticketId}`, { assignedToId: desk.agent.id });
    const recipient = desk.agent.email;
    const told = async () =>
      (await desk.agent.get('/notifications?kind=delivery_failed')).body.data.filter(
        (each: any) => each.ticketId === ticketId,
      );
    for (const kind of ['NOTIFICATION', 'RECEIVED', 'REPLY'] as const) {
      const original = await sentAbout(ticketId, kind, recipient);
      const subject = `A full mailbox: ${kind}`;
      const raw = reportOf({ subject, recipient, status: '5.2.2', original });
      await office.send({ envelope: { from: '', to: support }, raw });
      expect(await filed(desk.admin, subject)).toMatchObject({ reason: 'bounce' });
      expect(await told()).toHaveLength(kind === 'REPLY' ? 1 : 0);
    }
    const deliveries = await within(() =>
      office.system.appApp
        .get(TenantDatabase)
        .client.mailDelivery.findMany({ where: { ticketId, address: recipient } }),
    );
    expect(deliveries.filter(({ code }) => code === '5.2.2').map(({ status }) => status)).toEqual(
      Array(3).fill('FAILED'),
    );
  });
});

describe('a held mail', () => {
  it('is the 21st of a sender in an hour; admins hear of the first, and release it', async () => {
    for (let i = 1; i <= 22; i++)
      await office.send({ from: 'flood@open.example', to: support, subject: `Flood ${i}`, text: `${i}` });
    for (let i = 1; i <= 20; i++) expect(await filed(desk.admin, `Flood ${i}`)).toMatchObject({ status: 'FILED' });
    for (const i of [21, 22])
      expect(await filed(desk.admin, `Flood ${i}`)).toMatchObject({
        status: 'HELD',
        reason: 'too_many',
        ticketId: null,
      });
    const { body: told } = await desk.admin.get('/notifications');
    expect(told.data.filter((each: any) => each.kind === 'MAIL_HELD')).toHaveLength(1);
    const { body: held } = await desk.admin.get('/inbound-mails?status=held,failed');
    expect(held.data.map((each: any) => each.subject)).toEqual(['Flood 22', 'Flood 21']);
    const [{ id }] = held.data;
    expect((await desk.admin.post(`/inbound-mails/${id}/release`)).body).toMatchObject({ status: 'RECEIVED' });
    expect(await ticketOf(desk.admin, 'Flood 22')).toMatchObject({ description: '22' });
    const again = await desk.admin.post(`/inbound-mails/${id}/release`);
    expect([again.status, again.body.code]).toEqual([409, 'invalid_transition']);
    expect((await desk.admin.post(`/inbound-mails/${id}/refile`)).status).toBe(409);
    expect((await desk.agent.get('/inbound-mails')).status).toBe(403);
  });

  it('is one that claims to come from the helpdesk itself, or from somebody who was disabled', async () => {
    await office.send({ from: support, to: support, subject: 'Ourselves', text: 'x' });
    expect(await filed(desk.admin, 'Ourselves')).toMatchObject({ status: 'HELD', reason: 'own_address' });
    const gone = await personAt('open.example');
    await desk.admin.delete(`/users/${gone.id}`);
    await office.send({ from: gone.email, to: support, subject: 'Gone', text: 'x' });
    expect(await filed(desk.admin, 'Gone')).toMatchObject({ status: 'HELD', reason: 'sender_disabled' });
    expect(await readTicket((await filed(desk.admin, 'Flood 1')).ticketId)).toMatchObject({ description: '1' });
  });
});
