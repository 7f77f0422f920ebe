import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, invited, refusal } from './people.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  const app = { MAIL_RELAY_URL: relay.url, MAIL_DOMAIN: 'desk.example', APP_PUBLIC_URL: 'https://help.example:8443' };
  system = await startSystem({ appQueues: true, app });
});
beforeEach(async () => {
  relay.onRecipient = () => undefined;
  desk = await openHelpdesk(system);
});
afterAll(async () => {
  await system?.close();
  await relay?.close();
});

const chosen = 'chosen by whoever has the link';
const ask = (email: string) => desk.tenant.visitor.post('/auth/password-reset', { email });
const accept = (token: string) => desk.tenant.visitor.post('/auth/invitations/accept', { token, password: chosen });
async function mailTo(email: string, which = 1): Promise<TakenMail> {
  await until(() => relay.to(email).length >= which);
  return relay.to(email)[which - 1] as TakenMail;
}
const link = /https:\/\/([a-z0-9-]+)\.help\.example:8443\/invitation#(hdi_[A-Za-z0-9_-]{43})/;
const tokenIn = ({ body }: TakenMail) => link.exec(body)?.[2] as string;
const waiting = () => inDatabase(desk.tenant, `SELECT "kind" FROM "MailDelivery" WHERE "status" = 'QUEUED'`);
/** Until each mail has left or was found to be nobody's. */
const allSettled = () => until(async () => (await waiting()).length === 0);
const invitee = () => `ines-${++count}@customer.example`;

describe('a forgotten password', () => {
  it.each(['agent', 'customer', 'admin'] as const)('is reset by a mail: of an %s', async (role) => {
    const { email, get } = { ...desk[role], get: (path: string) => desk[role].get(path) };
    const { status, body } = await ask(email.toUpperCase());
    expect([status, body]).toEqual([202, { requested: true }]);
    const mail = await mailTo(email);
    expect(link.exec(mail.body)?.[1]).toBe(desk.tenant.slug);
    expect(mail.body).toContain(`<a href="https://${desk.tenant.slug}.help.example:8443/invitation#`);
    const { headers } = mail;
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('subject')).toBe(`Reset your password at Tenant ${desk.tenant.slug}`);
    expect(headers.get('from')).toContain(`support@${desk.tenant.slug}.desk.example`);
    expect(mail.from).toMatch(/^bounces\+[a-z2-7]{26}@/);
    expect(headers.has('reply-to')).toBe(false);
    expect((await accept(tokenIn(mail))).status).toBe(200);
    expect((await get('/auth/me')).status).toBe(401);
    await desk.tenant.signIn(email, chosen);
    expect(refusal(await accept(tokenIn(mail)))).toEqual([401, 'token_invalid']);
  });

  it('sends nothing to addresses that nobody signs in with, and answers them alike', async () => {
    const { admin, stranger, customer, agent } = desk;
    await admin.delete(`/users/${stranger.id}`);
    const former = customer.email;
    const present = invitee();
    await admin.patch(`/users/${customer.id}`, { email: present });
    await admin.post('/api-keys', { name: 'x', role: 'AGENT', scopes: ['tickets:read'] });
    const [service] = await inDatabase(desk.tenant, `SELECT "email" FROM "User" WHERE "service"`);
    const asked = ['nobody@customer.example', stranger.email, former, service.email];
    for (const email of asked) expect(await ask(email)).toMatchObject({ status: 202, body: { requested: true } });
    await ask(agent.email);
    await mailTo(agent.email);
    await allSettled();
    for (const email of [...asked, present]) expect(relay.to(email)).toEqual([]);
    const kept = await inDatabase(desk.tenant, `SELECT "address" FROM "MailDelivery"`);
    expect(kept).toEqual([{ address: agent.email }]);
  });

  it('withdraws no invitation, and one that is accepted ends the others', async () => {
    const { admin, customer } = desk;
    const { token } = (await admin.post(`/users/${customer.id}/invitation`)).body;
    const first = await mailTo(customer.email);
    expect(tokenIn(first)).toBe(token);
    await ask(customer.email);
    const second = await mailTo(customer.email, 2);
    expect(tokenIn(second)).not.toBe(token);
    expect((await accept(token)).status).toBe(200);
    expect(refusal(await accept(tokenIn(second)))).toEqual([401, 'token_invalid']);
  });

  it("is written in its reader's language and time zone, else in the helpdesk's", async () => {
    const { admin, agent, customer } = desk;
    await customer.patch(`/users/${customer.id}`, { locale: 'de-AT', timeZone: 'Asia/Tokyo' });
    await ask(customer.email);
    const german = await mailTo(customer.email);
    expect(german.headers.get('subject')).toContain('Ihr_Passwort_bei');
    expect(german.body).toContain('<html lang="de">');
    const [{ expiresAt }] = await inDatabase(desk.tenant, `SELECT "expiresAt" FROM "Invitation"`);
    const inTokyo = new Date(expiresAt.getTime() + 9 * 3_600_000).toISOString().slice(11, 16);
    expect(german.body).toContain(`${inTokyo} GMT+9`);
    await admin.patch('/settings', { locale: 'es', timeZone: 'Pacific/Chatham' });
    await ask(agent.email);
    const spanish = await mailTo(agent.email);
    expect(spanish.body).toContain('<html lang="es">');
    await customer.patch(`/users/${customer.id}`, { locale: 'pt-BR' });
    await ask(customer.email);
    const english = await mailTo(customer.email, 2);
    expect(english.body).toContain('<html lang="en">');
  });

  it('has one link for each attempt to send its mail, sealed until it left', async () => {
    const { email } = desk.customer;
    relay.onRecipient = () => '450 4.2.0 Later.';
    await ask(email);
    const rows = () =>
      inDatabase(desk.tenant, `SELECT "sealedSecret", "code" FROM "MailDelivery" WHERE "kind" = 'PASSWORD_RESET'`);
    await until(async () => (await rows())[0]?.code === '4.2.0');
    const [{ sealedSecret }] = await rows();
    expect(sealedSecret).not.toContain('hdi_');
    expect(await inDatabase(desk.tenant, `SELECT FROM "Invitation" WHERE "usedAt" IS NULL`)).toHaveLength(1);
    relay.onRecipient = () => undefined;
    await inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "dueAt" = now()`);
    await ask(desk.agent.email); // Has the queue look.
    expect((await accept(tokenIn(await mailTo(email)))).status).toBe(200);
    await allSettled();
    expect((await rows()).map((row) => row.sealedSecret)).toEqual([null, null]);
  });

  it('is asked for five times in a while, for an address that nobody has as well', async () => {
    for (const email of [desk.customer.email, 'nobody@customer.example']) {
      for (let times = 0; times < 5; times++) expect((await ask(email)).status).toBe(202);
      const refused = await ask(email);
      expect(refusal(refused)).toEqual([429, 'rate_limited']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it.each([{}, { email: 'x' }, { email: 'a@b.example', more: 1 }])('is not asked for with %j', async (body) => {
    expect(refusal(await desk.tenant.visitor.post('/auth/password-reset', body))).toEqual([400, 'validation_failed']);
    expect(await waiting()).toEqual([]);
  });

  it('that somebody asked for is gone with whoever is anonymized', async () => {
    const { admin, customer } = desk;
    relay.onRecipient = () => '450 4.2.0 Later.';
    await ask(customer.email);
    await inDatabase(desk.tenant, `INSERT INTO "MailDelivery" ("kind", "address") VALUES ('PASSWORD_RESET', $1)`, [
      customer.email.toUpperCase(),
    ]);
    expect((await admin.post(`/users/${customer.id}/anonymize`)).status).toBe(200);
    expect(await inDatabase(desk.tenant, `SELECT "address" FROM "MailDelivery"`)).toEqual([]);
  });
});

describe('an invitation', () => {
  it('leaves by mail when a user is made without a password, and sets the first one', async () => {
    const email = invitee();
    await invited(desk.agent, email);
    const mail = await mailTo(email);
    expect(mail.headers.get('subject')).toBe(`Your account at Tenant ${desk.tenant.slug}`);
    expect((await accept(tokenIn(mail))).body.user).toMatchObject({ email, status: 'ACTIVE' });
  });

  it('does not leave to a user who has a password', async () => {
    const email = invitee();
    await invited(desk.admin, email, { password: chosen });
    expect(await waiting()).toEqual([]);
  });

  it('does not leave when it is worth nothing any more', async () => {
    relay.onRecipient = () => '450 4.2.0 Later.';
    const [former, present] = [invitee(), invitee()];
    const { id } = await invited(desk.admin, former);
    await until(
      async () => (await inDatabase(desk.tenant, `SELECT FROM "MailDelivery" WHERE "code" = '4.2.0'`)).length > 0,
    );
    await desk.admin.patch(`/users/${id}`, { email: present });
    relay.onRecipient = () => undefined;
    await inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "dueAt" = now()`);
    const ticket = await openTicket(desk.customer);
    await reply(desk.agent, ticket.id, { body: 'Has the queue look.' });
    await mailTo(desk.customer.email);
    await allSettled();
    for (const email of [former, present]) expect(relay.to(email)).toEqual([]);
  });
});
