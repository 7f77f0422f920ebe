import { describe, expect, it } from '@jest/globals';
import { Forbidden } from '@helpdeskly/errors';
import { TicketStatus } from '@helpdeskly/tenant-db';
import { assertMayEdit, assertMayWrite } from './ticket-permissions.js';

const customer = { id: 'customer', role: 'CUSTOMER' };
const own = { authorId: 'customer' };

describe('a customer', () => {
  it.each(Object.values(TicketStatus).map((status) => [status, status === 'OPEN' || status === 'RESOLVED'] as const))(
    'may set the status %s: %s',
    (status, allowed) => {
      const edit = () => assertMayEdit(customer, own, { status });
      if (allowed) expect(edit).not.toThrow();
      else expect(edit).toThrow(Forbidden);
    },
  );

  it.each([
    { title: 'x' },
    { description: 'x' },
    { priority: 'HIGH' },
    { tags: [] },
    { authorId: 'x' },
    { assignedToId: null },
    { followUpOfId: null },
  ] as const)('may not set %j', (edit) => {
    expect(() => assertMayEdit(customer, own, edit)).toThrow(Forbidden);
  });

  it('may change nothing about the tickets of others', () => {
    expect(() => assertMayEdit(customer, { authorId: 'another' }, { status: 'RESOLVED' })).toThrow(Forbidden);
  });

  it('may write in public only', () => {
    expect(() => assertMayWrite(customer, 'PUBLIC', true)).not.toThrow();
    expect(() => assertMayWrite(customer, 'INTERNAL', true)).toThrow(Forbidden);
  });

  it('may write where the customer takes part only', () => {
    expect(() => assertMayWrite(customer, 'PUBLIC', false)).toThrow(Forbidden);
  });
});

it('lets a role that it does not know do no more than a customer', () => {
  expect(() => assertMayEdit({ id: 'x', role: 'SOMETHING' }, { authorId: 'x' }, { title: 'x' })).toThrow(Forbidden);
});
