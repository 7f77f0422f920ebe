import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until, type Answer } from '@helpdeskly/testing';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { openHelpdesk, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase } from './people.js';
import { filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let relay: SmtpRelay;
let office: PostOffice;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  office = await openPostOffice({ MAIL_RELAY_URL: relay.url, MAIL_DOMAIN: 'desk.example' });
  desk = await openHelpdesk(office.system);
});
afterAll(async () => {
  await office?.close();
  await relay?.close();
});

const newAddress = () => `help@customer${++count}.example`;
const supportOf = ({ tenant }: Helpdesk = desk) => `support@${tenant.slug}.desk.example`;
const add = (address: string, { admin }: Helpdesk = desk, fields: object = {}) =>
  admin.post('/mailboxes', { address, ...fields });
const refusal = ({ status, body }: Answer) => [status, body.code];
async function mailTo(address: string, nth = 1): Promise<TakenMail> {
  await until(() => relay.to(address).length >= nth);
  return relay.to(address)[nth - 1] as TakenMail;
}
/** What the last mail with a code says. */
async function codeSentTo(address: string, nth = 1): Promise<string> {
  const { headers } = await mailTo(address, nth);
  const [, code] = /^(\d{8}) is your code at /.exec(headers.get('subject') ?? '') ?? [];
  return code ?? '';
}
const verify = async ({ id, address }: { id: string; address: string }, { admin }: Helpdesk = desk) =>
  admin.post(`/mailboxes/${id}/verify`, { code: await codeSentTo(address) });
async function verified(whose: Helpdesk = desk, fields: object = {}): Promise<any> {
  const { status, body } = await add(newAddress(), whose, fields);
  expect(status).toBe(201);
  const answer = await verify(body, whose);
  expect([answer.status, answer.body.verified]).toEqual([200, true]);
  return answer.body;
}
const wrongDigits = (code: string) => code.replace(/^./, (first) => (first === '9' ? '0' : '9'));
const smtpAnswer = (to: string) =>
  office.send({ from: 'a@open.example', to, subject: `To ${to}`, text: 'x' }).then(
    () => 250,
    (error: { responseCode?: number }) => error.responseCode,
  );

describe('a mailbox of an own address', () => {
  it('is used once the code that was mailed to it came back', async () => {
    const { body: group } = await desk.admin.post('/groups', { name: 'Own' });
    const address = newAddress();
    const { status, headers, body } = await add(address, desk, { name: 'Customer Care', groupId: group.id });
    expect([status, headers.get('location')]).toEqual([201, `/api/v1/mailboxes/${body.id}`]);
    expect(body).toMatchObject({
      address,
      name: 'Customer Care',
      verified: false,
      from: supportOf(),
      isDefault: false,
    });
    expect(await smtpAnswer(address)).toBe(550);
    const code = await codeSentTo(address);
    const wrong = await desk.admin.post(`/mailboxes/${body.id}/verify`, { code: wrongDigits(code) });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'code']);
    const made = await verify(body);
    expect([made.status, made.body.verified]).toEqual([200, true]);
    expect(await smtpAnswer(address)).toBe(250);
    const direct = await ticketOf(desk.admin, `To ${address}`);
    expect(direct.groupId).toBe(group.id);
    await office.send({
      from: 'a@open.example',
      to: address.toUpperCase(),
      subject: 'Forwarded',
      text: 'x',
      envelope: { from: 'a@open.example', to: supportOf() },
    });
    expect((await ticketOf(desk.admin, 'Forwarded')).groupId).toBe(group.id);
  });

  it('is stored with no code and no key that anybody could read', async () => {
    const { body } = await add(newAddress());
    const code = await codeSentTo(body.address);
    const rows = await inDatabase(
      desk.tenant,
      `SELECT (SELECT json_agg(c) FROM "MailboxCode" c)::text || (SELECT json_agg(k) FROM "MailDomainKey" k)::text
              || (SELECT json_agg(d) FROM "MailDelivery" d WHERE d."kind" = 'ADDRESS_CODE')::text AS "all"`,
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${code}|PRIVATE KEY`));
  });

  it('stands in From once the DNS has the DKIM record of its domain, and signs for that', async () => {
    const { address } = await verified();
    const domain = address.slice(address.indexOf('@') + 1);
    await office.send({ from: 'writer@open.example', to: address, subject: `From ${address}`, text: 'x' });
    const ticket = await ticketOf(desk.admin, `From ${address}`);
    const answered = async (nth: number) => {
      await reply(desk.agent, ticket.id, { body: `Answer ${nth}` });
      return mailTo('writer@open.example', nth);
    };
    expect((await answered(1)).headers.get('from')).toContain(`<${supportOf()}>`);
    const records = async () =>
      (await desk.admin.get('/mailboxes/dns')).body.data.find((each: any) => each.domain === domain).records;
    const [dkim] = await records();
    expect(dkim).toMatchObject({ kind: 'DKIM', type: 'TXT', seen: false });
    expect(dkim.name).toMatch(new RegExp(`^hd[0-9a-f]{8}\\._domainkey\\.${domain}$`));
    office.zone.texts.set(dkim.name, dkim.value);
    expect((await records())[0].seen).toBe(true);
    const { raw, headers } = await answered(2);
    expect(headers.get('from')).toContain(`<${address}>`);
    expect(headers.get('reply-to')).toContain(`@${desk.tenant.slug}.desk.example>`);
    const resolver = (asked: string) =>
      asked === dkim.name
        ? Promise.resolve([[dkim.value]])
        : Promise.reject(Object.assign(new Error(asked), { code: 'ENOTFOUND' }));
    const [result] = (await dkimVerify(raw, { resolver })).results;
    expect([result?.signingDomain, result?.status.result]).toEqual([domain, 'pass']);
    office.zone.texts.delete(dkim.name);
    expect((await records())[0].seen).toBe(false);
    expect((await answered(3)).headers.get('from')).toContain(`<${supportOf()}>`);
  });

  it('belongs to one helpdesk at a time, whoever asks at once', async () => {
    const other = await openHelpdesk(office.system);
    const address = newAddress();
    const answers = await Promise.all([add(address), add(address, other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('address_taken');
    const [owner, loser] = answers[0]?.status === 201 ? [desk, other] : [other, desk];
    const id = answers.find(({ status }) => status === 201)?.body.id as string;
    await verify({ id, address }, owner);
    expect(refusal(await add(address.toUpperCase(), loser))).toEqual([409, 'address_taken']);
    expect(refusal(await add(address, owner))).toEqual([409, 'address_taken']);
    expect((await owner.admin.delete(`/mailboxes/${id}`)).status).toBe(204);
    expect(await smtpAnswer(address)).toBe(550);
    expect((await add(address, loser)).status).toBe(201);
  });

  it("is another helpdesk's, a day after nobody verified it, however often the first one asked", async () => {
    const other = await openHelpdesk(office.system);
    const { body: first } = await add(newAddress());
    await office.system.installation.query(
      `UPDATE "MailAddress" SET "claimedAt" = now() - interval '25 hours' WHERE "addressKey" = $1`,
      [first.address],
    );
    await inDatabase(
      desk.tenant,
      `UPDATE "MailboxCode" SET "sentAt" = "sentAt" - interval '1 hour' WHERE "mailboxId" = $1`,
      [first.id],
    );
    expect((await desk.admin.post(`/mailboxes/${first.id}/code`)).status).toBe(202);
    const late = await codeSentTo(first.address, 2);
    const { status, body: second } = await add(first.address, other);
    expect(status).toBe(201);
    expect(refusal(await desk.admin.post(`/mailboxes/${first.id}/verify`, { code: late }))).toEqual([
      409,
      'address_taken',
    ]);
    const code = await codeSentTo(first.address, 3);
    expect((await other.admin.post(`/mailboxes/${second.id}/verify`, { code })).body.verified).toBe(true);
  });

  it('is verified by no more than five guesses, and by the last code alone', async () => {
    const { body } = await add(newAddress());
    const first = await codeSentTo(body.address);
    const guess = (code: string) => desk.admin.post(`/mailboxes/${body.id}/verify`, { code });
    for (let guesses = 0; guesses < 5; guesses++) expect((await guess(wrongDigits(first))).status).toBe(400);
    expect((await guess(first)).status).toBe(400);
    const again = () => desk.admin.post(`/mailboxes/${body.id}/code`);
    const early = await again();
    expect(refusal(early)).toEqual([429, 'rate_limited']);
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0);
    const longAgo = `UPDATE "MailboxCode" SET "sentAt" = "sentAt" - interval '1 hour' WHERE "mailboxId" = $1`;
    for (let sent = 2; sent <= 5; sent++) {
      await inDatabase(desk.tenant, longAgo, [body.id]);
      expect((await again()).status).toBe(202);
      await mailTo(body.address, sent);
    }
    await inDatabase(desk.tenant, longAgo, [body.id]);
    expect(refusal(await again())).toEqual([429, 'rate_limited']);
    expect((await guess(first)).status).toBe(400);
    expect((await guess(await codeSentTo(body.address, 5))).body.verified).toBe(true);
    expect((await again()).status).toBe(202); // Nothing is sent to one that is verified.
    expect(relay.to(body.address)).toHaveLength(5);
  });

  it('may be the default once it is verified, and gives that back when it is deleted', async () => {
    const whose = await openHelpdesk(office.system);
    const { body: early } = await add(newAddress(), whose);
    const makeDefault = (id: string) => whose.admin.patch(`/mailboxes/${id}`, { isDefault: true });
    expect((await makeDefault(early.id)).status).toBe(400);
    await verify(early, whose);
    expect((await makeDefault(early.id)).body.isDefault).toBe(true);
    expect((await whose.admin.delete(`/mailboxes/${early.id}`)).status).toBe(204);
    const { body } = await whose.admin.get('/mailboxes');
    expect(body.data).toMatchObject([{ address: supportOf(whose), isDefault: true, verified: true }]);
    const dns = (await whose.admin.get('/mailboxes/dns')).body.data;
    expect(dns.map(({ domain }: any) => domain)).toEqual([`${whose.tenant.slug}.desk.example`]);
    expect((await whose.admin.delete(`/mailboxes/${body.data[0].id}`)).status).toBe(400);
    const { body: trail } = await whose.admin.get(
      '/audit-events?type=MAILBOX_CREATED,MAILBOX_VERIFIED,MAILBOX_DELETED',
    );
    const [, domain] = early.address.split('@');
    expect(trail.data.map(({ type, actor, details }: any) => [type, actor.id, details])).toEqual(
      ['MAILBOX_DELETED', 'MAILBOX_VERIFIED', 'MAILBOX_CREATED'].map((type) => [
        type,
        whose.admin.id,
        { mailboxId: early.id, domain },
      ]),
    );
  });

  it.each(['help@desk.example', 'help@any.desk.example', 'help@localhost', 'help@-x.example', 'help@10.0.0.1', 'help'])(
    'is not made of %s',
    async (address) => {
      const { status, body } = await add(address);
      expect([status, body.errors[0].field]).toEqual([400, 'address']);
    },
  );

  it('is nobody who takes part, and nobody who writes', async () => {
    const { address } = await verified();
    await office.send({ from: 'b@open.example', to: supportOf(), cc: address, subject: 'With us in Cc', text: 'x' });
    const { id } = await ticketOf(desk.admin, 'With us in Cc');
    expect((await desk.agent.get(`/tickets/${id}/participants`)).body.data).toEqual([]);
    await office.send({ from: address, to: supportOf(), subject: 'From ourselves', text: 'x' });
    expect(await filed(desk.admin, 'From ourselves')).toMatchObject({ status: 'HELD', reason: 'own_address' });
  });
});

describe('a test mail', () => {
  it('leaves to whoever asks, once a minute', async () => {
    const { id, address } = await verified();
    const { status, body } = await desk.admin.post(`/mailboxes/${id}/test`);
    expect([status, body]).toEqual([202, { to: desk.admin.email }]);
    await until(() => relay.to(desk.admin.email).some((mail) => mail.body.includes(address)));
    expect(refusal(await desk.admin.post(`/mailboxes/${id}/test`))).toEqual([429, 'rate_limited']);
  });
});
