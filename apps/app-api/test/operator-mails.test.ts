import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { converse, openPostOffice, type PostOffice } from './post-office.js';

let office: PostOffice;
let desk: Helpdesk;
let host: string;

beforeAll(async () => {
  office = await openPostOffice({ MAIL_DOMAIN: 'desk.example' });
  desk = await openHelpdesk(office.system);
  host = `${desk.tenant.slug}.desk.example`;
});
afterAll(() => office?.close());

const send = (to: string, subject: string, text = 'Somebody sends spam from here.') =>
  office.send({ from: 'Rita Reporter <rita@open.example>', to, subject, text }).then(
    () => 250,
    (error: { responseCode?: number }) => error.responseCode,
  );
const listed = async (query = ''): Promise<any[]> =>
  (await office.system.operator.get(`/operator-mails${query}`)).body.data;
const about = async (subject: string) => (await listed('?limit=100')).filter((mail) => mail.subject === subject);
const incidents = async () =>
  (await office.system.operator.get('/incidents?kind=operator_mail&state=open')).body.data as any[];

describe('a mail to postmaster or abuse', () => {
  it.each([
    ['of the installation', () => 'postmaster@desk.example'],
    ["of a helpdesk's mail host", () => `Abuse@${host}`],
  ])('%s is the operators’, and no ticket', async (kind, address) => {
    expect(await send(address(), `Report ${kind}`)).toBe(250);
    const [mail] = await about(`Report ${kind}`);
    expect(mail).toMatchObject({
      recipient: address(),
      envelopeFrom: 'rita@open.example',
      clientAddress: expect.stringContaining('127.0.0.1'),
      from: 'rita@open.example',
      readAt: null,
    });
    const { body } = await office.system.operator.get(`/operator-mails/${mail.id}`);
    expect(body.source).toContain('Somebody sends spam from here.');
    expect((await desk.admin.get('/inbound-mails')).body.data).toEqual([]);
  });

  it('is an incident until every one was read, and can be deleted', async () => {
    expect(await send('abuse@desk.example', 'Unread')).toBe(250);
    expect(await incidents()).toHaveLength(1);
    for (const { id } of await listed('?state=unread&limit=100')) {
      const { status, body } = await office.system.operator.post(`/operator-mails/${id}/read`);
      expect([status, body.readAt]).toEqual([200, expect.any(String)]);
    }
    expect(await incidents()).toEqual([]);
    const [mail] = await about('Unread');
    expect((await office.system.operator.delete(`/operator-mails/${mail.id}`)).status).toBe(204);
    expect((await office.system.operator.get(`/operator-mails/${mail.id}`)).status).toBe(404);
  });

  it('that is delivered twice is stored once', async () => {
    const message = {
      from: 'a@open.example',
      to: 'abuse@desk.example',
      subject: 'Twice',
      text: 'x',
      messageId: '<twice@open.example>',
      date: new Date(0),
    };
    await office.send(message);
    await office.send(message);
    expect(await about('Twice')).toHaveLength(1);
  });

  it('is refused where no helpdesk is, above a MiB, and together with mail to a helpdesk', async () => {
    expect(await send('postmaster@nobody.desk.example', 'Nowhere')).toBe(550);
    expect(await send('abuse@desk.example', 'Large', 'x'.repeat(80).concat('\r\n').repeat(14_000))).toBe(552);
    const answers = await converse(office.port, [
      'EHLO mail.open.example',
      'MAIL FROM:<a@open.example>',
      `RCPT TO:<support@${host}>`,
      'RCPT TO:<abuse@desk.example>',
    ]);
    expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['250', '250', '250', '452']);
  });

  it('waits when one sender has sent twenty in an hour', async () => {
    const count = `SELECT count(*)::int AS count FROM "OperatorMail"`;
    const [{ count: stored }] = (await office.system.installation.query<{ count: number }>(count)) as [
      { count: number },
    ];
    for (let sent = stored; sent < 20; sent++) expect(await send('abuse@desk.example', `Flood ${sent}`)).toBe(250);
    expect(await send('abuse@desk.example', 'One more')).toBe(452);
  });
});
