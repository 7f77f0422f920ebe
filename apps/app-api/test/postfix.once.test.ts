import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { freePort, needing, Postfix, until } from '@helpdeskly/testing';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

/** What somebody's mail program adds to an answer, beside what every one does. */
const programs: readonly [name: string, headers: Record<string, string>, quoted: (text: string) => string][] = [
  [
    'Outlook',
    { 'X-Mailer': 'Microsoft Outlook 16.0', 'Thread-Index': 'AdoxN2Zk0m1s', 'Content-Language': 'en-us' },
    (text) =>
      `From: Support <support@desk.example>\r\nSent: Monday, November 30, 2026 9:12 AM\r\nTo: Carl\r\nSubject: Toner\r\n\r\n${text}`,
  ],
  [
    'Gmail',
    { 'X-Gm-Message-State': 'AOJu0YxExample' },
    (text) => `On Mon, Nov 30, 2026 at 9:12 AM Support <support@desk.example> wrote:\r\n> ${text}`,
  ],
  [
    'Apple Mail',
    { 'X-Mailer': 'Apple Mail (2.3826.300.87.4.3)', 'Mime-Version': '1.0 (Mac OS X Mail 16.0)' },
    (text) => `> On 30 Nov 2026, at 09:12, Support <support@desk.example> wrote:\r\n> \r\n> ${text}`,
  ],
];

needing('postfix')('with a real MTA between us and the world', () => {
  let world: SmtpRelay;
  let office: PostOffice;
  let postfix: Postfix;
  let desk: Helpdesk;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    world = await SmtpRelay.start();
    office = await openPostOffice({
      MAIL_DOMAIN: 'desk.example',
      MAIL_RELAY_URL: `smtp://127.0.0.1:${port}`,
      MAIL_TRUSTED_RELAYS: '127.0.0.1',
    });
    desk = await openHelpdesk(office.system);
    postfix = await Postfix.start(port, {
      domains: {
        [`${desk.tenant.slug}.example`]: world.port,
        'writers.example': world.port,
        '.desk.example': office.port,
      },
      forwarded: { 'help@shop.example': `support@${desk.tenant.slug}.desk.example` },
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await office?.close();
    await world?.close();
  });

  const send = (mail: SendMailOptions) => {
    const client = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
    return client.sendMail(mail).finally(() => client.close());
  };
  async function mailTo(address: string, nth = 1): Promise<TakenMail> {
    await until(() => world.to(address).length >= nth);
    return world.to(address)[nth - 1] as TakenMail;
  }
  const commentsOf = async (id: string) => (await desk.agent.get(`/tickets/${id}/comments`)).body.data;

  it('an agent’s reply arrives by it, its signature whole', async () => {
    const ticket = await openTicket(desk.customer);
    const comment = await reply(desk.agent, ticket.id, { body: 'Grüße, and a new toner.\n\n.\nFrom here on.' });
    const { raw, from, headers } = await mailTo(desk.customer.email);
    expect(raw).toMatch(/^Received: .*by mx\.mta\.example \(Postfix\)/s);
    expect(from).toMatch(/^bounces\+[a-z2-7]{26}@/);
    expect(headers.get('from')).toContain(`<support@${desk.tenant.slug}.desk.example>`);
    const [{ records }] = (await desk.admin.get('/mailboxes/dns')).body.data;
    const { name, value } = records.find(({ kind }: { kind: string }) => kind === 'DKIM');
    const resolver = (asked: string) =>
      asked === name
        ? Promise.resolve([[value]])
        : Promise.reject(Object.assign(new Error(asked), { code: 'ENOTFOUND' }));
    const { results } = await dkimVerify(raw, { resolver });
    expect(results.map(({ status }) => status.result)).toEqual(['pass']);
    await until(async () => {
      const [{ status }] = (await desk.agent.get(`/tickets/${ticket.id}/comments/${comment.id}`)).body.deliveries;
      return status === 'SENT';
    });
  });

  it.each(programs)('an answer written in %s comes back by it into the ticket', async (name, headers, quoted) => {
    const ticket = await openTicket(desk.customer, { title: `Asked by ${name}` });
    const before = world.to(desk.customer.email).length;
    await reply(desk.agent, ticket.id, { body: 'A new toner is on its way.' });
    const sent = await mailTo(desk.customer.email, before + 1);
    await send({
      from: `Carl <${desk.customer.email}>`,
      to: sent.headers.get('reply-to') ?? '',
      subject: `RE: ${sent.headers.get('subject')}`,
      inReplyTo: sent.headers.get('message-id') ?? '',
      references: sent.headers.get('message-id') ?? '',
      headers,
      text: `It came, thank you.\r\n\r\n${quoted('A new toner is on its way.')}\r\n`,
    });
    await until(async () => (await commentsOf(ticket.id)).length === 2);
    const [, answer] = await commentsOf(ticket.id);
    expect(answer).toMatchObject({
      body: 'It came, thank you.',
      visibility: 'PUBLIC',
      author: { id: desk.customer.id },
    });
  });

  it('mail to an own address that it forwards proves the address, and opens tickets as that mailbox’s', async () => {
    const { body: group } = await desk.admin.post('/groups', { name: 'Shop' });
    const { body: mailbox } = await desk.admin.post('/mailboxes', { address: 'help@shop.example', groupId: group.id });
    // The code is mailed to the address itself, and so comes here.
    let code = '';
    await until(async () => {
      const { data } = (await desk.admin.get('/inbound-mails?limit=100')).body;
      const found = data.find(({ subject }: { subject: string | null }) => / is your code at /.test(subject ?? ''));
      code = /^\d{8}/.exec(found?.subject ?? '')?.[0] ?? '';
      return code !== '';
    });
    const verified = await desk.admin.post(`/mailboxes/${mailbox.id}/verify`, { code });
    expect([verified.status, verified.body.verified]).toEqual([200, true]);
    await send({
      from: 'Wanda <wanda@writers.example>',
      to: 'help@shop.example',
      subject: 'Forwarded to you',
      text: 'Is it in stock?',
    });
    expect(await filed(desk.admin, 'Forwarded to you')).toMatchObject({ authentication: 'NONE' });
    expect(await ticketOf(desk.admin, 'Forwarded to you')).toMatchObject({
      groupId: group.id,
      author: { email: 'wanda@writers.example' },
    });
  });

  it('a mail that the world refuses for good comes back by it, and is a failure of its comment', async () => {
    const ticket = await openTicket(desk.customer);
    world.onRecipient = (address) => (address === desk.customer.email ? '550 5.1.1 No such user.' : undefined);
    const comment = await reply(desk.agent, ticket.id, { body: 'Nobody reads this.' });
    await until(async () => {
      const [delivery] = (await desk.agent.get(`/tickets/${ticket.id}/comments/${comment.id}`)).body.deliveries;
      return delivery.status === 'FAILED';
    });
    world.onRecipient = () => undefined;
  });
});
