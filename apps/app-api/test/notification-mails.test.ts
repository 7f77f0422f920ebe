import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { openHelpdesk, openTicket, reply, type Helpdesk } from './helpdesk.js';
import { inDatabase, password } from './people.js';
import { SmtpRelay, type TakenMail } from './smtp-relay.js';

let relay: SmtpRelay;
let system: System;
let desk: Helpdesk;
/** The customer's. */
let ticket: any;

beforeAll(async () => {
  relay = await SmtpRelay.start();
  const app = { MAIL_RELAY_URL: relay.url, MAIL_DOMAIN: 'desk.example', APP_PUBLIC_URL: 'https://help.example' };
  system = await startSystem({ appQueues: true, app });
});
beforeEach(async () => {
  relay.onRecipient = () => undefined;
  desk = await openHelpdesk(system);
  ticket = await openTicket(desk.customer);
  await allSettled();
});
afterAll(async () => {
  await system?.close();
  await relay?.close();
});

const rows = () => inDatabase(desk.tenant, `SELECT "kind", "status", "code", "attempts" FROM "MailDelivery"`);
const allSettled = () => until(async () => (await rows()).every(({ status }) => status !== 'QUEUED'));
const mailsTo = ({ email }: { email: string }) => relay.to(email);
const subjectOf = (mail: TakenMail) => mail.headers.get('subject');
async function mailTo(person: { email: string }): Promise<TakenMail> {
  await until(() => mailsTo(person).length > 0);
  await allSettled();
  expect(mailsTo(person)).toHaveLength(1);
  return mailsTo(person)[0] as TakenMail;
}
const assign = ({ id }: { id: string }) => desk.admin.patch(`/tickets/${ticket.id}`, { assignedToId: id });
const choose = (kind: string, choice: object) => desk.agent.patch('/notifications/preferences', { [kind]: choice });
/** A mail that waits until `meanwhile` is done. */
async function delayed(cause: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<void> {
  relay.onRecipient = () => '450 4.2.0 Later.';
  await cause();
  await until(async () => (await rows()).some(({ code }) => code === '4.2.0'));
  await meanwhile();
  relay.onRecipient = () => undefined;
  await inDatabase(desk.tenant, `UPDATE "MailDelivery" SET "dueAt" = now()`);
  await reply(desk.admin, (await openTicket(desk.stranger)).id, { body: 'Has the queue look.' });
  await allSettled();
}

describe('a notification by mail', () => {
  it('tells an agent of a ticket that somebody assigned, and where it is', async () => {
    await assign(desk.agent);
    const mail = await mailTo(desk.agent);
    const { headers } = mail;
    expect(subjectOf(mail)).toBe(`[${desk.tenant.slug}-${ticket.number}] ${ticket.title}`);
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.has('reply-to')).toBe(false);
    expect(mail.body).toContain(`${desk.admin.name} assigned ${desk.tenant.slug}-${ticket.number} to you`);
    expect(mail.body).toContain(ticket.description);
    expect(mail.body).toContain(`https://${desk.tenant.slug}.help.example/tickets/${ticket.number}`);
    expect(mailsTo(desk.customer)).toEqual([]);
  });

  it("is written in the agent's language", async () => {
    await desk.agent.patch(`/users/${desk.agent.id}`, { locale: 'es' });
    await assign(desk.agent);
    const { body } = await mailTo(desk.agent);
    expect(body).toContain(`${desk.admin.name} le ha asignado ${desk.tenant.slug}-${ticket.number}`);
    expect(body).toContain('<html lang="es">');
  });

  it('tells members of a group', async () => {
    const { body: group } = await desk.admin.post('/groups', { name: 'Second level' });
    await desk.admin.put(`/groups/${group.id}/members/${desk.agent.id}`);
    await desk.admin.patch(`/tickets/${ticket.id}`, { groupId: group.id });
    expect((await mailTo(desk.agent)).body).toContain('to one of your groups');
  });

  it('tells agents alone of an internal comment, who cannot answer it by mail', async () => {
    const body = `@[Anna](user:${desk.agent.id}), an internal word.`;
    await reply(desk.admin, ticket.id, { body, visibility: 'INTERNAL' });
    const mail = await mailTo(desk.agent);
    expect(mail.body).toContain('an internal word');
    expect(mail.headers.has('reply-to')).toBe(false);
    expect(mailsTo(desk.customer)).toEqual([]);
  });

  it('of a customer’s comment can be answered', async () => {
    await assign(desk.agent);
    await mailTo(desk.agent);
    await reply(desk.customer, ticket.id, { body: 'Still blank.' });
    await until(() => mailsTo(desk.agent).length === 2);
    const mail = mailsTo(desk.agent)[1] as TakenMail;
    expect(mail.body).toContain('Still blank.');
    expect(mail.headers.get('reply-to')).toMatch(/<support\+[a-z2-7]{26}@/);
    expect(mail.headers.get('message-id')).toMatch(/^<[a-z2-7]{26}\.[a-z2-7]{26}@/);
  });

  it('leaves when it is chosen, whatever the app shows', async () => {
    await choose('ASSIGNED', { mail: false });
    await assign(desk.agent);
    expect((await rows()).map(({ kind }) => kind)).toEqual([]);
    await choose('MENTIONED', { inApp: false });
    await reply(desk.admin, ticket.id, { body: `@[Anna](user:${desk.agent.id}), look.`, visibility: 'INTERNAL' });
    expect((await mailTo(desk.agent)).body).toContain('mentioned you');
  });

  it('tells customers of their account', async () => {
    await desk.customer.post('/auth/password', { currentPassword: password, newPassword: 'another one of many words' });
    const mail = await mailTo(desk.customer);
    expect(subjectOf(mail)).toBe(`Your account at Tenant ${desk.tenant.slug}`);
    expect(mail.body).toContain('Your password was changed.');
    expect(mail.body).toContain(`https://${desk.tenant.slug}.help.example/account`);
  });

  it('does not leave beside the reply itself', async () => {
    const asked = await openTicket(desk.agent, { title: 'My own chair' });
    await reply(desk.admin, asked.id, { body: 'A new chair is on its way.' });
    expect(subjectOf(await mailTo(desk.agent))).toBe(`[${desk.tenant.slug}-${asked.number}] My own chair`);
    expect((await rows()).map(({ kind }) => kind)).toEqual(['REPLY']);
  });

  it.each([
    ['it was read in the app', () => desk.agent.post('/notifications/read', { before: '2100-01-01T00:00:00.000Z' })],
    ['its ticket was deleted', () => desk.admin.delete(`/tickets/${ticket.id}`)],
    ['its reader is no agent any more', () => desk.admin.patch(`/users/${desk.agent.id}`, { role: 'CUSTOMER' })],
  ])('does not leave when %s', async (_, meanwhile) => {
    await delayed(
      () => assign(desk.agent),
      async () => expect((await meanwhile()).status).toBeLessThan(300),
    );
    expect(mailsTo(desk.agent).map(subjectOf)).toEqual([]);
  });

  it('that cannot be delivered tells nobody', async () => {
    relay.onRecipient = (address) => (address === desk.agent.email ? '550 5.1.1 No such user.' : undefined);
    await assign(desk.agent);
    await allSettled();
    expect(await rows()).toMatchObject([{ kind: 'NOTIFICATION', status: 'FAILED', code: '5.1.1' }]);
    const told = (await desk.agent.get('/notifications')).body.data.map(({ kind }: any) => kind);
    expect(told).toEqual(['ASSIGNED']);
  });
});
