import { describe, expect, it } from '@jest/globals';
import { NotFound } from '@helpdeskly/errors';
import { ticketReference } from './ticket-reference.js';

describe('what a path names a ticket by', () => {
  it('is an id, in any case', () => {
    expect(ticketReference('01A1FAB6-29CF-7359-A28C-F36E084DC715')).toEqual({
      id: '01a1fab6-29cf-7359-a28c-f36e084dc715',
    });
  });

  it('is a number up to the largest that PostgreSQL counts to', () => {
    expect(ticketReference('1')).toEqual({ number: 1 });
    expect(ticketReference('2147483647')).toEqual({ number: 2_147_483_647 });
  });

  it.each([
    '0',
    '01',
    '-1',
    '1.0',
    '1e3',
    '2147483648',
    '99999999999999999999',
    '',
    ' 1',
    'abc',
    '{01a1fab6-29cf-7359-a28c-f36e084dc715}',
    '01a1fab629cf7359a28cf36e084dc715',
    '١',
  ])('is never %j', (text) => {
    expect(() => ticketReference(text)).toThrow(NotFound);
  });
});
