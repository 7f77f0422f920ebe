import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sharedSystem, type Caller, type System } from '@helpdeskly/testing';
import { inDatabase } from './people.js';
import { openHelpdesk, openTicket, openTicketAs, reply, type Helpdesk } from './helpdesk.js';

let system: System;
let desk: Helpdesk;
let colleague: Caller & { readonly id: string };

beforeAll(async () => {
  system = await sharedSystem();
  desk = await openHelpdesk(system);
  colleague = await desk.tenant.user('AGENT', 'Cole Colleague');
});

afterAll(() => system?.close());

const read = async (id: string) => (await desk.agent.get(`/tickets/${id}`)).body;

describe('an agent who asked', () => {
  it('does not answer first: a colleague does', async () => {
    const { id } = await openTicket(desk.agent);
    await reply(desk.agent, id, { body: 'One more thing.' });
    expect((await read(id)).firstRespondedAt).toBeNull();
    const { createdAt } = await reply(colleague, id, { body: 'On it.' });
    expect((await read(id)).firstRespondedAt).toBe(createdAt);
  });

  it.each([
    ['PENDING', 0],
    ['ON_HOLD', 0],
    ['RESOLVED', 1],
  ])('opens a ticket that is %s by a reply', async (status, reopenCount) => {
    const { id } = await openTicketAs(colleague, status, { authorId: desk.agent.id });
    await reply(desk.agent, id, { body: 'It is back.' });
    expect(await read(id)).toMatchObject({ status: 'OPEN', reopenCount });
  });

  it('leaves it as it is by an internal note, by a reply that says so, and by what somebody else wrote', async () => {
    const { id } = await openTicketAs(colleague, 'PENDING', { authorId: desk.agent.id });
    await reply(desk.agent, id, { body: 'Note.', visibility: 'INTERNAL' });
    await reply(desk.agent, id, { body: 'Wait on.', status: 'PENDING' });
    await reply(colleague, id, { body: 'Any news?' });
    expect(await read(id)).toMatchObject({ status: 'PENDING', reopenCount: 0 });
  });

  it('opens it again by a change of its own, which counts; a colleague corrects himself', async () => {
    const { id } = await openTicketAs(colleague, 'RESOLVED', { authorId: desk.agent.id });
    await colleague.patch(`/tickets/${id}`, { status: 'OPEN' });
    expect((await read(id)).reopenCount).toBe(0);
    await colleague.patch(`/tickets/${id}`, { status: 'RESOLVED' });
    await desk.agent.patch(`/tickets/${id}`, { status: 'OPEN' });
    expect((await read(id)).reopenCount).toBe(1);
  });

  it('asks by a macro as by a reply', async () => {
    const macro = await desk.agent.post('/macros', { name: 'Ask again', reply: { body: 'Please look again.' } });
    const { id } = await openTicketAs(colleague, 'RESOLVED', { authorId: desk.agent.id });
    const { body } = await desk.agent.post(`/tickets/${id}/macros/${macro.body.id}/apply`);
    expect(body.ticket).toMatchObject({ status: 'OPEN', reopenCount: 1, firstRespondedAt: null });
  });

  it('asks in the ticket that the own one was merged into', async () => {
    const [source, target] = [await openTicket(desk.agent), await openTicketAs(desk.agent, 'PENDING')];
    expect((await colleague.post(`/tickets/${source.id}/merge`, { intoId: target.id })).status).toBe(200);
    await reply(colleague, target.id, { body: 'Waiting.', status: 'PENDING' });
    expect((await desk.agent.post(`/tickets/${source.id}/comments`, { body: 'Here too.' })).body.ticketId).toBe(
      target.id,
    );
    expect(await read(target.id)).toMatchObject({ status: 'OPEN' });
  });

  it('has not responded in a ticket that is split off', async () => {
    const { id } = await openTicket(desk.agent);
    const [own, answer] = [
      await reply(desk.agent, id, { body: 'Also.' }),
      await reply(colleague, id, { body: 'Yes.' }),
    ];
    const split = (commentIds: string[]) => colleague.post(`/tickets/${id}/split`, { commentIds, title: 'Also' });
    expect((await split([own.id])).body.firstRespondedAt).toBeNull();
    expect((await desk.agent.get(`/tickets/${id}`)).body.firstRespondedAt).toBe(answer.createdAt);
  });

  it('who was a customer when asking is a requester all the same', async () => {
    const former = await desk.tenant.user('CUSTOMER', 'Fay Former');
    const { id } = await openTicketAs(colleague, 'RESOLVED', { authorId: former.id });
    expect((await desk.admin.patch(`/users/${former.id}`, { role: 'AGENT' })).status).toBe(200);
    const promoted = await desk.tenant.signIn(former.email);
    await reply(promoted, id, { body: 'It is back.' });
    expect(await read(id)).toMatchObject({ status: 'OPEN', reopenCount: 1, firstRespondedAt: null });
  });
});

describe('a first response', () => {
  it('is gone when its writer becomes the author, and the next one counts', async () => {
    const { id } = await openTicket(desk.customer);
    const first = await reply(desk.agent, id, { body: 'Hello.' });
    const author = (authorId: string) => colleague.patch(`/tickets/${id}`, { authorId });
    expect((await author(desk.agent.id)).body.firstRespondedAt).toBeNull();
    const second = await reply(colleague, id, { body: 'Hello too.' });
    expect((await read(id)).firstRespondedAt).toBe(second.createdAt);
    expect((await author(desk.customer.id)).body.firstRespondedAt).toBe(first.createdAt);
  });

  it('that was given by somebody who is an agent no more stays, and no note becomes one', async () => {
    const former = await desk.tenant.user('AGENT', 'Fay Former');
    const { id } = await openTicket(desk.customer);
    await reply(colleague, id, { body: 'Note.', visibility: 'INTERNAL' });
    const { createdAt } = await reply(former, id, { body: 'Hello.' });
    await inDatabase(desk.tenant, `UPDATE "User" SET "role" = 'CUSTOMER' WHERE "id" = $1`, [former.id]);
    const { body } = await colleague.patch(`/tickets/${id}`, { authorId: desk.stranger.id });
    expect(body.firstRespondedAt).toBe(createdAt);
  });
});
