import { describe, expect, it } from '@jest/globals';
import type { SaidPresence } from '../hints/hint.js';
import { PresenceBook, presentMs } from './presence-book.js';

const said = (more: Partial<SaidPresence> = {}): SaidPresence => ({
  ticketId: 'ticket',
  number: 1,
  userId: 'anna',
  sessionId: 'phone',
  state: 'VIEWING',
  ...more,
});

describe('the book of who looks at tickets', () => {
  it('tells of a change once, not of each renewal', () => {
    const book = new PresenceBook();
    expect(book.note('acme', said(), 0)).toEqual({
      tenantId: 'acme',
      ticketId: 'ticket',
      number: 1,
      userId: 'anna',
      state: 'VIEWING',
    });
    expect(book.note('acme', said(), 10)).toBeUndefined();
    expect(book.note('acme', said({ state: 'REPLYING' }), 20)).toMatchObject({ state: 'REPLYING' });
    expect(book.note('acme', said({ state: null }), 30)).toMatchObject({ state: null });
    expect(book.note('acme', said({ state: null }), 40)).toBeUndefined();
  });

  it('forgets who has not said anything for 30 seconds, and who has is still there', () => {
    const book = new PresenceBook();
    book.note('acme', said(), 0);
    book.note('acme', said({ userId: 'cole', sessionId: 'desk' }), 10_000);
    expect(book.expire(presentMs - 1)).toEqual([]);
    expect(book.of('acme', 'ticket', presentMs)).toEqual([{ userId: 'cole', state: 'VIEWING' }]);
    expect(book.expire(presentMs)).toMatchObject([{ userId: 'anna', state: null }]);
    book.note('acme', said({ userId: 'cole', sessionId: 'desk' }), presentMs);
    expect(book.expire(presentMs + 10_000)).toEqual([]);
  });

  it('has a user once, who replies when one of the windows does', () => {
    const book = new PresenceBook();
    book.note('acme', said({ state: 'REPLYING' }), 0);
    expect(book.note('acme', said({ sessionId: 'desk' }), 0)).toBeUndefined();
    expect(book.of('acme', 'ticket', 1)).toEqual([{ userId: 'anna', state: 'REPLYING' }]);
    expect(book.note('acme', said({ state: null }), 2)).toMatchObject({ state: 'VIEWING' });
    expect(book.ofSession('acme', 'desk')).toHaveLength(1);
    expect(book.ofSession('acme', 'phone')).toEqual([]);
  });

  it('keeps tenants and tickets apart', () => {
    const book = new PresenceBook();
    book.note('acme', said(), 0);
    expect(book.of('globex', 'ticket', 1)).toEqual([]);
    expect(book.of('acme', 'other', 1)).toEqual([]);
  });
});
