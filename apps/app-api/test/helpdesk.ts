import { expect } from '@jest/globals';
import type { Answer, Caller, System, TestTenant } from '@helpdeskly/testing';

type User = TestTenant['admin'];

/** A tenant with one person of each role, and a customer who has nothing to do with the others. */
export interface Helpdesk {
  readonly tenant: TestTenant;
  readonly admin: User;
  readonly agent: User;
  readonly customer: User;
  readonly stranger: User;
}

export async function openHelpdesk(system: System): Promise<Helpdesk> {
  const tenant = await system.createTenant();
  return {
    tenant,
    admin: tenant.admin,
    agent: await tenant.user('AGENT', 'Anna Agent'),
    customer: await tenant.user('CUSTOMER', 'Carl Customer'),
    stranger: await tenant.user('CUSTOMER', 'Stella Stranger'),
  };
}

/** Opens a ticket; whatever `fields` leaves out has a usual value. */
export async function openTicket(caller: Caller, fields: object = {}): Promise<any> {
  const answer = await caller.post('/tickets', {
    title: 'Printer prints blank pages',
    description: 'Since this morning.',
    ...fields,
  });
  expect(answer.body).toMatchObject({ number: expect.any(Number) });
  return answer.body;
}

/** Opens a ticket and brings it to a status by the shortest way. */
export async function openTicketAs(agent: Caller, status: string, fields: object = {}): Promise<any> {
  const ticket = await openTicket(agent, fields);
  const steps = status === 'CLOSED' ? ['RESOLVED', 'CLOSED'] : status === 'OPEN' ? [] : [status];
  for (const step of steps) expect((await agent.patch(`/tickets/${ticket.id}`, { status: step })).status).toBe(200);
  return (await agent.get(`/tickets/${ticket.id}`)).body;
}

/** Replies and returns the comment. */
export async function reply(caller: Caller, ticketId: string, fields: object): Promise<any> {
  const answer = await caller.post(`/tickets/${ticketId}/comments`, fields);
  expect(answer.body).toMatchObject({ ticketId });
  return answer.body;
}

export async function eventsOf(caller: Caller, ticketId: string): Promise<any[]> {
  return (await caller.get(`/tickets/${ticketId}/events?limit=100`)).body.data;
}

/** Every page of a list, from the first to the last. */
export async function walk(caller: Caller, path: string, between?: () => Promise<unknown>): Promise<any[]> {
  const rows: any[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const joint = path.includes('?') ? '&' : '?';
    const { status, body }: Answer = await caller.get(cursor === '' ? path : `${path}${joint}cursor=${cursor}`);
    expect(status).toBe(200);
    rows.push(...body.data);
    cursor = body.meta.nextCursor;
    if (cursor !== null) await between?.();
  }
  return rows;
}
