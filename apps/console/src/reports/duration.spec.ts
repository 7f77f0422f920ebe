import { describe, expect, it } from '@jest/globals';
import { durationOf } from './duration.js';

describe('a length of time', () => {
  it.each([
    [0, 'en', '0 sec'],
    [59, 'en', '59 sec'],
    [60, 'en', '1 min'],
    [5400, 'en', '1.5 hr'],
    [86_399, 'en', '24 hr'],
    [90_000, 'en', '1 day'],
  ])('%d seconds are in %s %s', (seconds, locale, words) => {
    expect(durationOf(seconds, locale)).toBe(words);
  });

  it('is written as its language writes numbers', () => {
    expect(durationOf(216_000, 'de')).toMatch(/^2,5\sT/); // How the unit is shortened each release of ICU says anew.
  });

  it('that was not measured is a dash', () => {
    expect(durationOf(null, 'en')).toBe('–');
  });
});
