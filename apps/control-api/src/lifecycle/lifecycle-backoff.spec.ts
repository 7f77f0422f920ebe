import { describe, expect, it } from '@jest/globals';
import { pauseAfter } from './lifecycle-backoff.js';

describe('the pause after a task that failed', () => {
  it.each([
    ['retire', [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]],
    ['rotate', [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]],
    ['access', [2000, 4000, 5000, 5000]],
    ['purge', [2000, 4000, 5000, 5000]],
  ] as const)('grows up to a bound: %s', (task, pauses) => {
    expect(pauses.map((_, index) => pauseAfter(task, index + 1, 1))).toEqual(pauses);
  });

  it('has a bound however often it failed, and is at least half of that', () => {
    expect([pauseAfter('retire', 1000, 0), pauseAfter('retire', 1000, 1)]).toEqual([30_000, 60_000]);
  });
});
