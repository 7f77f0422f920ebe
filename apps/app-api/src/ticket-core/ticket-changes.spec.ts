import { describe, expect, it } from '@jest/globals';
import {
  planEdit,
  planReply,
  resolverOf,
  ticketFields,
  type TicketFields,
  type TicketState,
} from './ticket-changes.js';
import { TicketClosed } from './errors.js';

const at = new Date('2026-03-01T10:00:00.000Z');
const agent = { id: 'agent', role: 'AGENT' };
const admin = { id: 'admin', role: 'ADMIN' };
const customer = { id: 'customer', role: 'CUSTOMER' };

function ticket(facts: Partial<TicketState> = {}): TicketState {
  return {
    ...(ticketFields.openedWith({
      title: 'Printer',
      description: 'Blank pages',
      tags: ['printer'],
      authorId: 'customer',
    }) as TicketFields),
    number: 1,
    commentCount: 3,
    publicCommentCount: 2,
    reopenCount: 0,
    firstRespondedAt: null,
    resolvedAt: null,
    ...facts,
  };
}

describe('an edit', () => {
  it('is nothing when every value is there already', () => {
    expect(
      planEdit(ticket(), { title: 'Printer', tags: ['printer'], status: 'OPEN', assignedToId: null }, agent, at),
    ).toBeUndefined();
  });

  it('is nothing on a closed ticket when every value is there already', () => {
    expect(planEdit(ticket({ status: 'CLOSED' }), { status: 'CLOSED' }, agent, at)).toBeUndefined();
  });

  it('of a closed ticket is refused', () => {
    expect(() => planEdit(ticket({ status: 'CLOSED' }), { title: 'Other' }, agent, at)).toThrow(TicketClosed);
  });

  it('names only the fields that differ, before and after', () => {
    const plan = planEdit(ticket(), { title: 'Printer', priority: 'HIGH', tags: [] }, agent, at);
    expect(plan?.changes).toEqual({ priority: { from: 'MEDIUM', to: 'HIGH' }, tags: { from: ['printer'], to: [] } });
    expect(plan?.columns).toEqual({ priority: 'HIGH', tags: [] });
  });

  it('that resolves an unassigned ticket assigns the agent or admin who resolves it', () => {
    for (const actor of [agent, admin]) {
      const plan = planEdit(ticket(), { status: 'RESOLVED' }, actor, at);
      expect(plan?.columns).toEqual({ status: 'RESOLVED', assignedToId: actor.id, resolvedAt: at, closedAt: null });
      expect(plan?.changes).toEqual({
        status: { from: 'OPEN', to: 'RESOLVED' },
        assignedToId: { from: null, to: actor.id },
      });
    }
  });

  it('that resolves leaves an assignee alone', () => {
    expect(planEdit(ticket({ assignedToId: 'other' }), { status: 'RESOLVED' }, agent, at)?.columns).not.toHaveProperty(
      'assignedToId',
    );
  });

  it('that resolves and names an assignee assigns that one', () => {
    expect(planEdit(ticket(), { status: 'RESOLVED', assignedToId: 'other' }, agent, at)?.columns.assignedToId).toBe(
      'other',
    );
  });

  it('that takes a ticket from the agent who resolves it by the same edit tells of no other assignee', () => {
    const mine = ticket({ assignedToId: agent.id });
    expect(planEdit(mine, { status: 'RESOLVED', assignedToId: null }, agent, at)?.changes).toEqual({
      status: { from: 'OPEN', to: 'RESOLVED' },
    });
  });

  it('by which a customer resolves assigns nobody', () => {
    expect(planEdit(ticket(), { status: 'RESOLVED' }, customer, at)?.columns).not.toHaveProperty('assignedToId');
  });

  it('by which a customer opens a resolved ticket counts as reopening', () => {
    expect(
      planEdit(ticket({ status: 'RESOLVED', reopenCount: 1 }), { status: 'OPEN' }, customer, at)?.columns.reopenCount,
    ).toBe(2);
  });

  it('by which an agent takes back a resolution does not count as reopening', () => {
    expect(planEdit(ticket({ status: 'RESOLVED' }), { status: 'OPEN' }, agent, at)?.columns).not.toHaveProperty(
      'reopenCount',
    );
  });
});

describe('a reply', () => {
  it('by an agent in public counts, answers first and leaves the status', () => {
    const plan = planReply(ticket({ status: 'PENDING' }), { visibility: 'PUBLIC' }, agent, at);
    expect(plan).toEqual({ columns: { commentCount: 4, publicCommentCount: 3, firstRespondedAt: at }, changes: {} });
  });

  it('in private is neither a first response nor counted for customers', () => {
    const plan = planReply(ticket(), { visibility: 'INTERNAL' }, agent, at);
    expect(plan).toEqual({ columns: { commentCount: 4 }, changes: {} });
  });

  it('keeps the first response where it is', () => {
    const responded = new Date('2026-01-01T00:00:00Z');
    expect(
      planReply(ticket({ firstRespondedAt: responded }), { visibility: 'PUBLIC' }, agent, at).columns,
    ).not.toHaveProperty('firstRespondedAt');
  });

  it('by a customer is no first response', () => {
    expect(planReply(ticket(), { visibility: 'PUBLIC' }, customer, at).columns).not.toHaveProperty('firstRespondedAt');
  });

  it.each(['PENDING', 'ON_HOLD', 'RESOLVED'] as const)('by a customer opens a ticket that is %s', (status) => {
    expect(planReply(ticket({ status }), { visibility: 'PUBLIC' }, customer, at).changes).toEqual({
      status: { from: status, to: 'OPEN' },
    });
  });

  it.each([
    ['PENDING', 0],
    ['ON_HOLD', 0],
    ['RESOLVED', 1],
  ] as const)('by a customer on a ticket that is %s leaves reopenCount at %i', (status, count) => {
    expect(planReply(ticket({ status }), { visibility: 'PUBLIC' }, customer, at).columns.reopenCount ?? 0).toBe(count);
  });

  it('with a status follows it even where a customer would open the ticket', () => {
    expect(
      planReply(ticket({ status: 'PENDING' }), { visibility: 'PUBLIC', edit: { status: 'RESOLVED' } }, customer, at)
        .changes,
    ).toEqual({ status: { from: 'PENDING', to: 'RESOLVED' } });
  });

  it.each(['PENDING', 'ON_HOLD', 'RESOLVED'] as const)(
    'in public by the agent who asked opens a ticket that is %s, and is no response',
    (status) => {
      const { columns, changes } = planReply(
        ticket({ status, authorId: agent.id }),
        { visibility: 'PUBLIC' },
        agent,
        at,
      );
      expect(changes).toEqual({ status: { from: status, to: 'OPEN' } });
      expect(columns).not.toHaveProperty('firstRespondedAt');
      expect(columns.reopenCount ?? 0).toBe(status === 'RESOLVED' ? 1 : 0);
    },
  );

  it('in private by the agent who asked leaves the status', () => {
    const own = ticket({ status: 'RESOLVED', authorId: agent.id });
    expect(planReply(own, { visibility: 'INTERNAL' }, agent, at).changes).toEqual({});
  });

  it('to a closed ticket is refused', () => {
    expect(() => planReply(ticket({ status: 'CLOSED' }), { visibility: 'INTERNAL' }, agent, at)).toThrow(TicketClosed);
  });
});

describe('a new ticket', () => {
  it('that is opened as resolved belongs to the agent who opened it', () => {
    expect(resolverOf({ status: 'RESOLVED', assignedToId: null }, agent)).toBe('agent');
  });

  it('that is opened for work belongs to nobody yet', () => {
    expect(resolverOf({ status: 'OPEN', assignedToId: null }, agent)).toBeNull();
  });
});
