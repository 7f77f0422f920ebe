import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, sharedSystem, until, type Caller, type System } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createAppApi } from 'app-api';
import { Presences } from '../src/live/presence.service.js';
import { openHelpdesk, openTicket, type Helpdesk } from './helpdesk.js';
import { refusal } from './people.js';
import { Listener } from './streaming.js';

let system: System;
let desk: Helpdesk;
let ticket: any;
/** Another process of the app API. */
let second: NestFastifyApplication;
let there: Api;
const listeners: Listener[] = [];

beforeAll(async () => {
  system = await sharedSystem();
  second = await createAppApi(system.installation.appConfig());
  await second.listen(0, '127.0.0.1');
  there = await Api.at(await second.getUrl());
});
beforeEach(async () => {
  for (const listener of listeners.splice(0)) listener.hang();
  desk = await openHelpdesk(system);
  ticket = await openTicket(desk.customer);
});
afterAll(async () => {
  for (const listener of listeners) listener.hang();
  await second?.close();
  await system?.close();
});

const enter = (caller: Caller, state = 'VIEWING', id: string = ticket.id) =>
  caller.send('PUT', `/tickets/${id}/presence`, { state });
const present = async (caller: Caller) =>
  (await caller.get(`/tickets/${ticket.id}/presence`)).body.data.map(({ user, state }: any) => [user.id, state]);
const listen = async (caller: Caller, origin = system.app.origin) => {
  const listener = await Listener.open(origin, caller);
  listeners.push(listener);
  return listener;
};
const told = ({ blocks }: Listener) => blocks.filter(({ event }) => event === 'presence');

describe('presence', () => {
  it('tells agents who looks at a ticket, and who replies', async () => {
    expect(await present(desk.admin)).toEqual([]);
    expect((await enter(desk.agent)).status).toBe(204);
    expect((await enter(desk.admin, 'REPLYING', String(ticket.number))).status).toBe(204);
    const both = [
      [desk.agent.id, 'VIEWING'],
      [desk.admin.id, 'REPLYING'],
    ];
    expect((await present(desk.agent)).sort()).toEqual(both.sort());
    const { body } = await desk.admin.get(`/tickets/${ticket.id}/presence`);
    expect(body.data).toContainEqual({
      state: 'VIEWING',
      user: { id: desk.agent.id, name: 'Anna Agent', email: desk.agent.email, role: 'AGENT' },
    });
  });

  it('is told to the streams of the staff once for each change, by the cursor that they have', async () => {
    const [stream, customers] = [await listen(desk.admin), await listen(desk.customer)];
    const cursor = stream.last;
    for (const state of ['VIEWING', 'VIEWING', 'REPLYING', 'REPLYING']) await enter(desk.agent, state);
    await until(() => told(stream).length === 2);
    await enter(desk.agent, 'VIEWING');
    await until(() => told(stream).length === 3);
    expect(told(stream).map(({ data }) => data.state)).toEqual(['VIEWING', 'REPLYING', 'VIEWING']);
    expect(told(stream)[0]).toEqual({
      id: cursor,
      event: 'presence',
      data: {
        ticketId: ticket.id,
        number: ticket.number,
        actorId: desk.agent.id,
        state: 'VIEWING',
        at: expect.any(String),
      },
    });
    await openTicket(desk.customer);
    await customers.heard(1);
    expect(customers.wire).not.toContain('presence');
  });

  it('ends 30 seconds after it was said last, and the staff’s streams hear of it', async () => {
    const watching = await listen(desk.admin);
    await enter(desk.agent);
    await until(() => told(watching).length === 1);
    const presences = system.appApp.get(Presences);
    const now = performance.now();
    await presences.expire(now + 20_000);
    expect(await present(desk.admin)).toEqual([[desk.agent.id, 'VIEWING']]);
    await presences.expire(now + 31_000);
    await until(() => told(watching).length === 2);
    expect(told(watching)[1]?.data).toMatchObject({ ticketId: ticket.id, actorId: desk.agent.id, state: null });
    expect(await present(desk.admin)).toEqual([]);
  });

  it('ends with the last stream of its session', async () => {
    const watching = await listen(desk.admin);
    const [one, two] = [await listen(desk.agent), await listen(desk.agent)];
    await enter(desk.agent);
    await until(() => told(watching).length === 1);
    one.hang();
    await openTicket(desk.customer);
    await two.heard(1);
    expect(await present(desk.admin)).toEqual([[desk.agent.id, 'VIEWING']]);
    two.hang();
    await until(() => told(watching).length === 2);
    expect(told(watching)[1]?.data).toMatchObject({ actorId: desk.agent.id, state: null });
    expect(await present(desk.admin)).toEqual([]);
  });

  it('outlives a stream of its session in one process while another process has one', async () => {
    const origin = await second.getUrl();
    const watching = await listen(desk.admin, origin);
    const [here, other] = [await listen(desk.agent), await listen(desk.agent, origin)];
    await until(async () => {
      await enter(desk.agent);
      return told(watching).length === 1;
    });
    here.hang();
    await until(() => told(watching).length === 3);
    expect(told(watching).map(({ data }) => data.state)).toEqual(['VIEWING', null, 'VIEWING']);
    await until(async () => (await present(desk.admin)).length === 1);
    other.hang();
    await until(() => told(watching).length === 4);
    expect(told(watching)[3]?.data.state).toBeNull();
  });

  it('ends when its session does, with or without a stream, in every process', async () => {
    const watching = [await listen(desk.admin), await listen(desk.admin, await second.getUrl())];
    const [leaving, demoted] = [await desk.tenant.signIn(desk.agent.email), await desk.tenant.user('AGENT')];
    await enter(leaving);
    await enter(demoted);
    await until(() => watching.every((stream) => told(stream).length === 2));
    expect((await leaving.post('/auth/logout')).status).toBe(204);
    expect((await desk.admin.patch(`/users/${demoted.id}`, { role: 'CUSTOMER' })).status).toBe(200);
    await until(() => watching.every((stream) => told(stream).length === 4));
    for (const stream of watching) {
      const ended = told(stream).slice(2);
      expect(ended.map(({ data }) => data.state)).toEqual([null, null]);
      expect(ended.map(({ data }) => data.actorId)).toEqual([leaving.id, demoted.id]);
    }
    expect(await present(desk.admin)).toEqual([]);
  });

  it('is known in the other processes, and told to their streams', async () => {
    const stream = await listen(desk.admin, await second.getUrl());
    await until(async () => {
      await enter(desk.agent);
      return (await present(there.as(desk.admin.headers))).length === 1;
    });
    await until(() => told(stream).length === 1);
    expect(told(stream)[0]?.data).toMatchObject({ actorId: desk.agent.id, state: 'VIEWING' });
  });

  it('is none of customers’, none of a ticket that is not there, and none of another state', async () => {
    expect(refusal(await enter(desk.customer))).toEqual([403, 'forbidden']);
    expect(refusal(await desk.customer.get(`/tickets/${ticket.id}/presence`))).toEqual([403, 'forbidden']);
    for (const body of [{ state: 'AWAY' }, { state: null }, { state: 1 }, {}, { state: 'VIEWING', more: 1 }])
      expect(refusal(await desk.agent.send('PUT', `/tickets/${ticket.id}/presence`, body))).toEqual([
        400,
        'validation_failed',
      ]);
    expect((await desk.admin.delete(`/tickets/${ticket.id}`)).status).toBe(204);
    expect(refusal(await enter(desk.agent))).toEqual([404, 'not_found']);
    expect(refusal(await desk.agent.get(`/tickets/${ticket.id}/presence`))).toEqual([404, 'not_found']);
  });
});
