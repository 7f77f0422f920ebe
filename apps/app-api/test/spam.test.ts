import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsOf, openHelpdesk, openTicket, openTicketAs, type Helpdesk } from './helpdesk.js';
import { refusal } from './people.js';
import { filed, openPostOffice, ticketOf, type PostOffice } from './post-office.js';

let office: PostOffice;
let desk: Helpdesk;
let count = 0;

beforeAll(async () => {
  office = await openPostOffice();
});
beforeEach(async () => {
  desk = await openHelpdesk(office.system);
});
afterAll(() => office?.close());

const write = async (from: string, subject: string) => {
  await office.send({ from, to: `support@${desk.tenant.slug}.localhost`, subject, text: 'Buy this.' });
  return filed(desk.admin, subject);
};
const spammer = () => `spammer-${++count}@open.example`;
const mark = ({ id }: { id: string }, by = desk.agent) => by.post(`/tickets/${id}/spam`);
const unmark = ({ id }: { id: string }, by = desk.agent) => by.delete(`/tickets/${id}/spam`);

describe('spam', () => {
  it('is closed, and its sender’s mails are held until it is none', async () => {
    const from = spammer();
    await write(from, 'First');
    const ticket = await ticketOf(desk.admin, 'First');
    const { status, body, headers } = await mark(ticket);
    expect([status, body.status, body.closedAt]).toEqual([200, 'CLOSED', expect.any(String)]);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(await write(from, 'Second')).toMatchObject({ status: 'HELD', reason: 'sender_blocked', ticketId: null });
    const { data } = (await desk.admin.get('/notifications?kind=MAIL_HELD')).body;
    expect(data).toEqual([]);
    const undone = (await unmark(ticket)).body;
    expect(undone).toMatchObject({ status: 'OPEN', closedAt: null, resolvedAt: null });
    expect(await write(from, 'Third')).toMatchObject({ status: 'FILED', ticketId: expect.any(String) });
    const [held] = (await desk.admin.get('/inbound-mails?status=HELD')).body.data;
    expect((await desk.admin.post(`/inbound-mails/${held.id}/release`)).status).toBe(200);
    expect(await ticketOf(desk.admin, 'Second')).toMatchObject({ title: 'Second' });
  });

  it('of a sender is all undone before mails are filed again', async () => {
    const from = spammer();
    await write(from, 'One');
    await write(from, 'Two');
    const [one, two] = [await ticketOf(desk.admin, 'One'), await ticketOf(desk.admin, 'Two')];
    await mark(one);
    await mark(two);
    await unmark(one);
    expect((await write(from, 'Three')).reason).toBe('sender_blocked');
    await unmark(two);
    expect((await write(from, 'Four')).status).toBe('FILED');
  });

  it.each(['PENDING', 'RESOLVED', 'CLOSED'])('gets the status back that it had: %s', async (before) => {
    const ticket = await openTicketAs(desk.agent, before, { authorId: desk.customer.id });
    expect((await mark(ticket)).body.status).toBe('CLOSED');
    const { body } = await unmark(ticket);
    const { status, resolvedAt, closedAt, assignedToId, reopenCount } = ticket;
    expect(body).toMatchObject({ status, resolvedAt, closedAt, assignedToId, reopenCount });
  });

  it('loses an assignee who was disabled meanwhile', async () => {
    const colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
    const { id } = await openTicket(desk.customer);
    await desk.admin.patch(`/tickets/${id}`, { assignedToId: colleague.id });
    await mark({ id });
    await desk.admin.delete(`/users/${colleague.id}`);
    expect((await unmark({ id })).body).toMatchObject({ status: 'OPEN', assignedToId: null });
  });

  it('is named so to the staff alone', async () => {
    const ticket = await openTicket(desk.customer);
    await mark(ticket);
    const events = await eventsOf(desk.agent, ticket.id);
    expect(events.slice(1).map(({ actorId, changes }) => [actorId, changes])).toEqual([
      [desk.agent.id, { status: { from: 'OPEN', to: 'CLOSED' } }],
      [desk.agent.id, { spam: { from: false, to: true } }],
    ]);
    const seen = await eventsOf(desk.customer, ticket.id);
    expect(seen.slice(1).map(({ changes }) => changes)).toEqual([{ status: { from: 'OPEN', to: 'CLOSED' } }]);
  });

  it('is marked once, in the version that was meant, and only if a customer asked', async () => {
    const ticket = await openTicket(desk.customer);
    const stale = await desk.agent.post(`/tickets/${ticket.id}/spam`, undefined, { headers: { 'if-match': '"99"' } });
    expect(refusal(stale)).toEqual([412, 'version_conflict']);
    const first = await mark(ticket);
    const again = await mark(ticket);
    expect([again.status, again.body.version]).toEqual([200, first.body.version]);
    await unmark(ticket);
    expect(refusal(await unmark(ticket))).toEqual([404, 'not_found']);
    const own = await openTicket(desk.agent);
    expect(refusal(await mark(own))).toEqual([403, 'forbidden']);
    expect(refusal(await mark(ticket, desk.customer))).toEqual([403, 'forbidden']);
    expect((await desk.agent.get(`/tickets/${own.id}`)).body).toMatchObject({ status: 'OPEN', version: own.version });
  });
});
