import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestTenant } from '@helpdeskly/testing';
import { follow, pathTo } from './files.js';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { converse, filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';

let office: PostOffice;
let desk: Helpdesk;
let support: string;

beforeAll(async () => {
  office = await openPostOffice();
  desk = await openHelpdesk(office.system);
  support = supportOf(desk.tenant);
});

afterAll(() => office?.close());

const supportOf = ({ slug }: Pick<TestTenant, 'slug'>) => `support@${slug}.localhost`;
const commentsOf = async (id: string, caller = desk.agent) => (await caller.get(`/tickets/${id}/comments`)).body.data;
const refusal = (mail: Parameters<PostOffice['send']>[0]) =>
  office.send(mail).then(
    () => 250,
    (error: { responseCode?: number }) => error.responseCode,
  );

describe('a mail from somebody new', () => {
  it('opens a ticket of an invited customer, without quoted history and signature, with its files', async () => {
    await office.send({
      from: 'Nora New <nora@open.example>',
      to: support,
      cc: 'Carla Copy <carla@open.example>',
      subject: 'Grüße aus Köln',
      text: 'The printer is on fire.\n\n-- \nNora\n',
      html: '<p onclick="x()">The printer is <b>on fire</b>.</p><script>alert(1)</script><img src="cid:pic@x">',
      attachments: [
        { filename: 'log.txt', content: 'some words' },
        { filename: 'pic.png', cid: 'pic@x', content: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
      ],
    });
    const ticket = await ticketOf(desk.admin, 'Grüße aus Köln');
    expect(ticket).toMatchObject({
      title: 'Grüße aus Köln',
      description: 'The printer is on fire.',
      status: 'OPEN',
      author: { name: 'Nora New', email: 'nora@open.example', role: 'CUSTOMER' },
    });
    const { body: opening } = await desk.agent.get(`/tickets/${ticket.id}/opening`);
    expect(opening.mail).toMatchObject({ from: 'nora@open.example', authentication: 'PASS', verified: true });
    expect(opening.quoted).toBe('-- \nNora'.replace('-- ', '--'));
    const [picture] = opening.attachments.filter((file: any) => file.inline);
    expect(picture).toMatchObject({ fileName: 'pic.png' });
    expect(opening.bodyHtml).toContain(`attachment:${picture.id}`);
    expect(opening.bodyHtml).not.toMatch(/script|onclick/);
    expect(opening.attachments.map((file: any) => file.fileName).sort()).toEqual(['log.txt', 'message.eml', 'pic.png']);
    const raw = opening.attachments.find((file: any) => file.fileName === 'message.eml');
    const answer = await follow(office.system, desk.tenant, await pathTo(desk.agent, raw.id));
    expect(await answer.text()).toContain('Subject: =?UTF-8?');
    const { body: people } = await desk.agent.get(`/tickets/${ticket.id}/participants`);
    expect(people.data).toMatchObject([{ role: 'CC', user: { email: 'carla@open.example' } }]);
    const { body: users } = await desk.admin.get('/users?email=nora@open.example');
    expect(users.data).toMatchObject([{ role: 'CUSTOMER', status: 'INVITED' }]);
  });

  it('is refused after its data when the helpdesk wants known senders only', async () => {
    const { tenant, admin } = await openHelpdesk(office.system);
    expect((await admin.patch('/settings', { mailSignUp: false })).body).toMatchObject({ mailSignUp: false });
    const from = 'nobody@open.example';
    expect(await refusal({ from, to: supportOf(tenant), subject: 'x', text: 'x' })).toBe(550);
    expect((await admin.get('/inbound-mails?include=total')).body.meta.total).toBe(0);
  });
});

describe('the listener', () => {
  it('says 550 to recipients that are not there, 452 to those of another tenant, and 451 of a tenant that is closed', async () => {
    const from = 'a@open.example';
    const { slug } = desk.tenant;
    const unknown = [
      `sales@${slug}.localhost`,
      'support@nobody-here.localhost',
      'support@www.localhost',
      'a@b.example',
    ];
    for (const to of [...unknown, `support+${'a'.repeat(26)}@${slug}.localhost`])
      expect([to, await refusal({ from, to, text: 'x' })]).toEqual([to, 550]);
    const other = await office.system.createTenant();
    const both = await office.send({ from, to: [support, supportOf(other)], subject: 'For both', text: 'x' });
    expect((both as any).rejectedErrors.map((error: any) => error.responseCode)).toEqual([452]);
    const closing = await office.system.operator.post(`/tenants/${other.id}/suspend`);
    expect(closing.status).toBe(200);
    expect(await refusal({ from, to: supportOf(other), text: 'x' })).toBe(451);
  });

  it('says 552 to more than 25 MiB, whether it is announced or not', async () => {
    const raw = Buffer.concat([
      Buffer.from('From: a@open.example\r\nSubject: Large\r\n\r\n'),
      Buffer.alloc(26 * 1024 * 1024, 'x\r\n'),
    ]);
    expect(await refusal({ envelope: { from: 'a@open.example', to: support }, raw })).toBe(552);
  });

  it('says 452 to the 101st recipient and when the helpdesk has no room', async () => {
    const recipients = Array.from({ length: 101 }, () => `RCPT TO:<${support}>`);
    const answers = await converse(office.port, ['EHLO me.example', 'MAIL FROM:<a@open.example>', ...recipients]);
    expect(answers.slice(2, 102).every((answer) => answer.startsWith('250'))).toBe(true);
    expect(answers[102]).toMatch(/^452 4\.5\.3 /);
    expect(answers[0]).toMatch(/250-SIZE 26214400|250 SIZE 26214400/);
    for (const extension of ['8BITMIME', 'SMTPUTF8', 'PIPELINING']) expect(answers[0]).toContain(extension);
    expect(answers[0]).not.toMatch(/STARTTLS|AUTH|XCLIENT/);
    const small = await office.system.createTenant({ limits: { storageBytes: 2000 } });
    const mail = { from: 'a@open.example', to: supportOf(small), subject: 'x', text: 'x'.repeat(4000) };
    expect(await refusal(mail)).toBe(452);
  });

  it('files what is delivered twice once', async () => {
    const mail = {
      from: 'twice@open.example',
      to: support,
      subject: 'Twice',
      text: 'x',
      messageId: '<twice@open.example>',
      date: new Date(0),
    };
    for (let i = 0; i < 3; i++) expect(await refusal({ ...mail, headers: { Received: `by hop ${i}` } })).toBe(250);
    await filed(desk.admin, 'Twice');
    const { body } = await desk.admin.get('/inbound-mails?limit=100');
    expect(body.data.filter((each: any) => each.subject === 'Twice')).toHaveLength(1);
    const { body: tickets } = await desk.agent.get('/tickets?q=Twice');
    expect(tickets.data).toHaveLength(1);
  });

  it('makes a ticket of a message that cannot be read', async () => {
    const raw = Buffer.from([0, 255, 254, 10, 10, 1, 2, 3]);
    await office.send({ envelope: { from: 'broken@open.example', to: support }, raw });
    const ticket = await ticketOf(desk.admin, '(a message that cannot be read)');
    const { body } = await desk.agent.get(`/tickets/${ticket.id}/opening`);
    expect(body.attachments).toMatchObject([{ fileName: 'message.eml' }]);
    expect(ticket.author.email).toBe('broken@open.example');
    expect(await commentsOf(ticket.id)).toEqual([]);
  });
});
