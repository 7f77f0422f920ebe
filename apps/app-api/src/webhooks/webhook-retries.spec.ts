import { describe, expect, it } from '@jest/globals';
import { nextAttempt, retriedForMs, retryAfterMs } from './webhook-retries.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const wait = (attempts: number, random: number, retryAfter?: string) =>
  (nextAttempt({ attempts, firstTriedAt: now }, now, { random, retryAfter })?.getTime() ?? NaN) - now.getTime();

describe('the next attempt', () => {
  it('is made within a minute at first, then ever later', () => {
    for (const random of [0, 0.5, 1]) expect(wait(1, random)).toBeLessThan(60_000);
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => wait(attempts, 0.5));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.slice(-2)).toEqual([36_000_000, 36_000_000]);
  });

  it('is not made at the same moment for all that failed together', () => {
    expect(wait(3, 0)).toBeLessThan(wait(3, 1));
  });

  it('is made for three days, and no longer', () => {
    let at = now;
    let attempts = 0;
    for (let next: Date | undefined = now; next !== undefined;) {
      at = next;
      next = nextAttempt({ attempts: ++attempts, firstTriedAt: now }, at, { random: 0.5 });
    }
    expect(at.getTime() - now.getTime()).toBeGreaterThan(retriedForMs - 36_000_000);
    expect(at.getTime() - now.getTime()).toBeLessThanOrEqual(retriedForMs);
    expect(attempts).toBeLessThan(20);
  });

  it('waits for longer when the answer says so, not for less', () => {
    expect(wait(1, 0.5, '3600')).toBe(3_600_000);
    expect(wait(1, 0.5, '1')).toBe(20_000);
    expect(wait(1, 0.5, 'soon')).toBe(20_000);
    expect(nextAttempt({ attempts: 1, firstTriedAt: now }, now, { retryAfter: '999999' })).toBeUndefined();
  });
});

it.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['-5', undefined],
  ['', undefined],
])('Retry-After: %p is %p', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
