import { describe, expect, it } from '@jest/globals';
import { absorbedBy } from './ticket-absorption.js';

type Absorbed = Parameters<typeof absorbedBy>[0];

const ticket = (fields: Partial<Absorbed> = {}): Absorbed => ({
  status: 'OPEN',
  priority: 'MEDIUM',
  tags: [],
  ...fields,
});

describe('a ticket that another one is merged into', () => {
  it.each([
    ['RESOLVED', 'OPEN', 'OPEN'],
    ['RESOLVED', 'PENDING', 'OPEN'],
    ['RESOLVED', 'ON_HOLD', 'OPEN'],
    ['RESOLVED', 'RESOLVED', undefined],
    ['PENDING', 'OPEN', undefined],
    ['ON_HOLD', 'PENDING', undefined],
    ['OPEN', 'RESOLVED', undefined],
  ] as const)('that is %s, by one that is %s, becomes %s', (target, source, becomes) => {
    expect(absorbedBy(ticket({ status: target }), ticket({ status: source })).status).toBe(becomes);
  });

  it.each([
    ['LOW', 'URGENT', 'URGENT'],
    ['MEDIUM', 'HIGH', 'HIGH'],
    ['HIGH', 'HIGH', undefined],
    ['URGENT', 'LOW', undefined],
  ] as const)('of priority %s gets from %s: %s', (target, source, becomes) => {
    expect(absorbedBy(ticket({ priority: target }), ticket({ priority: source })).priority).toBe(becomes);
  });

  it('has the tags of both, each once, its own first', () => {
    expect(absorbedBy(ticket({ tags: ['b', 'a'] }), ticket({ tags: ['c', 'a'] })).tags).toEqual(['b', 'a', 'c']);
  });

  it('takes as many tags as there is room for', () => {
    const own = Array.from({ length: 18 }, (_, at) => `own${at}`);
    const { tags } = absorbedBy(ticket({ tags: own }), ticket({ tags: ['x', 'own3', 'y', 'z'] }));
    expect(tags).toEqual([...own, 'x', 'y']);
  });
});
