import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until, type Caller } from '@helpdeskly/testing';
import { openHelpdesk, type Helpdesk } from './helpdesk.js';
import { bearing, inDatabase, refusal } from './people.js';
import { openPostOffice, type PostOffice } from './post-office.js';

let office: PostOffice;
let desk: Helpdesk;
let support: string;
let program: Caller;
let count = 0;

beforeAll(async () => {
  office = await openPostOffice();
  desk = await openHelpdesk(office.system);
  support = `support@${desk.tenant.slug}.localhost`;
  program = await keyOf('ADMIN', 'mail:inbound');
});
afterAll(() => office?.close());

async function keyOf(role: string, scope: string): Promise<Caller> {
  const made = await desk.admin.post('/api-keys', { name: 'Gateway', role, scopes: [scope] });
  return bearing(desk.tenant.visitor, made.body.key);
}
const messageOf = (from: string, subject: string, more = '') =>
  `From: ${from}\r\nTo: ${support}\r\nSubject: ${subject}\r\nMessage-ID: <${++count}@gateway.example>\r\n${more}\r\nIt does not print.\r\n`;
const handIn = (message: string | Uint8Array, envelope: Record<string, string> = {}, by = program) =>
  by.post('/inbound-mail', message, {
    headers: {
      'content-type': 'message/rfc822',
      'x-envelope-from': 'writer@open.example',
      'x-envelope-to': support,
      ...envelope,
    },
  });
async function filed(path: string): Promise<any> {
  await until(async () => (await program.get(path)).body.status !== 'RECEIVED');
  return (await program.get(path)).body;
}

describe('a mail that is handed in', () => {
  it('is stored when it is answered, and opens a ticket', async () => {
    const { status, body, headers } = await handIn(messageOf('Wanda <wanda@customer.example>', 'By HTTP'));
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/inbound-mails/${body.id}`);
    const mail = await filed(`/inbound-mails/${body.id}`);
    expect(mail).toMatchObject({
      status: 'FILED',
      from: 'wanda@customer.example',
      envelopeFrom: 'writer@open.example',
    });
    const ticket = (await desk.agent.get(`/tickets/${mail.ticketId}`)).body;
    expect(ticket).toMatchObject({ title: 'By HTTP', author: { email: 'wanda@customer.example' } });
  });

  it('is believed by its DKIM signature alone, whoever handed it in', async () => {
    const opened = async (from: string, subject: string, envelope = {}) => {
      const { body } = await handIn(messageOf(from, subject), envelope);
      return (await filed(`/inbound-mails/${body.id}`)).authentication;
    };
    expect(await opened('a@open.example', 'SPF would pass', { 'x-envelope-from': 'a@open.example' })).toBe('NONE');
    expect(await opened('a@strict.example', 'A policy', { 'x-envelope-from': 'a@strict.example' })).toBe('FAIL');
    expect(await opened(desk.agent.email, 'Claims to be staff')).toBe('NONE');
  });

  it('that comes twice is one', async () => {
    const message = messageOf('twice@customer.example', 'Twice');
    const [first, second] = [await handIn(message), await handIn(message)];
    expect([first.status, second.status, second.body.id]).toEqual([202, 202, first.body.id]);
    await filed(`/inbound-mails/${first.body.id}`);
    const rows = await inDatabase(
      desk.tenant,
      `SELECT FROM "InboundMail" WHERE "fromAddress" = 'twice@customer.example'`,
    );
    expect(rows).toHaveLength(1);
  });

  it('may be from nobody, in bytes of any kind, and to several addresses in brackets', async () => {
    const bytes = Buffer.concat([
      Buffer.from(messageOf('x@customer.example', 'Bytes')),
      Buffer.from([0xff, 0x00, 0xc3]),
    ]);
    const to = `<${support}>, ${support.toUpperCase()}`;
    const { status, body } = await handIn(bytes, { 'x-envelope-from': '<>', 'x-envelope-to': to });
    expect([status, body.envelopeFrom, body.envelopeTo.length]).toEqual([202, '', 2]);
    expect((await filed(`/inbound-mails/${body.id}`)).status).toBe('FILED');
  });

  it('to postmaster or abuse is the operators’, and the helpdesk’s as far as it is sent there, too', async () => {
    const abuse = support.replace('support@', 'Abuse@');
    const listed = async (subject: string) =>
      (await office.system.operator.get('/operator-mails?limit=100')).body.data
        .filter((mail: any) => mail.subject === subject)
        .map((mail: any) => [mail.recipient, mail.envelopeFrom, mail.clientAddress]);
    const alone = await handIn(messageOf('rita@open.example', 'To abuse'), { 'x-envelope-to': abuse });
    expect([alone.status, alone.body, alone.headers.get('location')]).toEqual([202, { takenBy: 'OPERATORS' }, null]);
    expect(await listed('To abuse')).toEqual([[abuse, 'writer@open.example', null]]);
    const message = messageOf('rita@open.example', 'To both');
    for (let times = 0; times < 2; times++) {
      const both = await handIn(message, { 'x-envelope-to': `${support}, postmaster@localhost` });
      expect([both.status, both.body.envelopeTo]).toEqual([202, [support]]);
    }
    expect(await listed('To both')).toEqual([['postmaster@localhost', 'writer@open.example', null]]);
    const large = messageOf('rita@open.example', 'Large').padEnd(1024 * 1024 + 1, 'x');
    expect(refusal(await handIn(large, { 'x-envelope-to': abuse }))).toEqual([413, 'payload_too_large']);
    const elsewhere = { 'x-envelope-to': 'postmaster@nobody.localhost' };
    expect(refusal(await handIn(message, elsewhere))).toEqual([422, 'invalid_reference']);
    await office.system.installation.query(
      `INSERT INTO "OperatorMail" ("contentKey", "recipient", "envelopeFrom", "size", "raw")
       SELECT decode(md5(n::text), 'hex'), 'a', 'writer@open.example', 1, 'x' FROM generate_series(1, 20) n`,
    );
    const more = await handIn(messageOf('rita@open.example', 'More'), { 'x-envelope-to': abuse });
    expect([...refusal(more), more.headers.has('retry-after')]).toEqual([503, 'service_unavailable', true]);
  });

  it.each([
    ['no sender', { 'x-envelope-from': 'nobody' }, [400, 'validation_failed']],
    ['no recipient', { 'x-envelope-to': '' }, [400, 'validation_failed']],
    ['no address', { 'x-envelope-to': 'support' }, [400, 'validation_failed']],
    ['too many recipients', { 'x-envelope-to': Array(101).fill('a@b.example').join(',') }, [400, 'validation_failed']],
    ['another helpdesk', { 'x-envelope-to': 'support@other.localhost' }, [422, 'invalid_reference']],
    ['JSON', { 'content-type': 'application/json' }, [415, 'unsupported_media_type']],
    ['a packed message', { 'content-encoding': 'gzip' }, [415, 'unsupported_media_type']],
  ])('is refused with %s', async (_, envelope, expected) => {
    const subject = `Refused ${++count}`;
    expect(refusal(await handIn(messageOf('x@customer.example', subject), envelope))).toEqual(expected);
    expect(await inDatabase(desk.tenant, `SELECT FROM "InboundMail" WHERE "subject" = $1`, [subject])).toEqual([]);
  });

  it('is refused above 25 MiB, when it is empty, and when strangers are to be', async () => {
    expect(refusal(await handIn(new Uint8Array(25 * 1024 * 1024 + 1)))).toEqual([413, 'payload_too_large']);
    expect(refusal(await handIn(''))).toEqual([400, 'validation_failed']);
    await desk.admin.patch('/settings', { mailSignUp: false });
    expect(refusal(await handIn(messageOf('stranger@customer.example', 'Nobody')))).toEqual([403, 'forbidden']);
    await desk.admin.patch('/settings', { mailSignUp: true });
  });

  it('is taken from programs alone that have the scope', async () => {
    const message = messageOf('x@customer.example', 'Who hands it in');
    const other = await keyOf('ADMIN', 'tickets:write');
    for (const by of [desk.admin, desk.agent, desk.customer, other])
      expect(refusal(await handIn(message, {}, by))).toEqual([403, 'forbidden']);
    expect((await handIn(message, {}, await keyOf('AGENT', 'mail:inbound'))).status).toBe(202);
  });
});
