import { describe, expect, it } from '@jest/globals';
import { jitteredRetry, toBlock } from './sse.js';

describe('a block', () => {
  it('has a line for each of its parts, and an empty one', () => {
    expect(toBlock({ id: 'c', event: 'ticket.updated', data: { fields: ['a\nb'] } })).toBe(
      'id: c\nevent: ticket.updated\ndata: {"fields":["a\\nb"]}\n\n',
    );
    expect(toBlock({ comment: 'here', retry: 500 })).toBe(': here\nretry: 500\n\n');
  });
});

describe('the pause before a client comes back', () => {
  it('is between half a second and three, and not the same for all', () => {
    const pauses = Array.from({ length: 1000 }, jitteredRetry);
    expect(pauses.filter((pause) => pause < 500 || pause > 3000 || !Number.isInteger(pause))).toEqual([]);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });
});
