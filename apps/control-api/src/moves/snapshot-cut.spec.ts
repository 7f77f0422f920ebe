import { describe, expect, it } from '@jest/globals';
import { isInSnapshot } from './snapshot-cut.js';

describe('a committed transaction', () => {
  it('is part of a snapshot if it had ended by then', () => {
    const snapshot = '100:105:101,103';
    expect([99, 100, 101, 102, 103, 104, 105, 106].filter((xid) => isInSnapshot(xid, snapshot))).toEqual([
      99, 100, 102, 104,
    ]);
    expect(isInSnapshot(105, '105:105:')).toBe(false);
  });

  it('is found by the lower half of its number, before and behind the wrap', () => {
    const wrap = 2 ** 32;
    const snapshot = `${wrap - 2}:${wrap + 3}:${wrap + 1}`;
    expect(isInSnapshot(wrap - 1, snapshot)).toBe(true);
    expect(isInSnapshot(0, snapshot)).toBe(true);
    expect(isInSnapshot(1, snapshot)).toBe(false);
    expect(isInSnapshot(2, snapshot)).toBe(true);
    expect(isInSnapshot(3, snapshot)).toBe(false);
    expect(isInSnapshot(2, `${wrap - 5}:${wrap - 3}:`)).toBe(false);
  });
});
