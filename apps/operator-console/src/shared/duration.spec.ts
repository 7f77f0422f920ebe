import { describe, expect, it } from '@jest/globals';
import { durationOf } from './duration.js';

describe('durationOf', () => {
  it.each([
    [0, '0 milliseconds'],
    [999, '999 milliseconds'],
    [1000, '1 second'],
    [90_000, '1.5 minutes'],
    [5_400_000, '1.5 hours'],
    [36 * 3_600_000, '1.5 days'],
  ])('says %d ms as %s', (ms, words) => {
    expect(durationOf(ms, 'en')).toBe(words);
  });
});
