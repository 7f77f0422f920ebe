import { describe, expect, it } from '@jest/globals';
import { expiryOf } from './retention.js';

const keep = { daily: 7, weekly: 4, monthly: 6 };
const at = (text: string) => new Date(`${text}T03:00:00.000Z`);
const until = (taken: string, earlier: readonly string[], kept = keep) =>
  expiryOf(at(taken), earlier.map(at), kept).toISOString().slice(0, 10);

describe('when an archive ends', () => {
  it('keeps the first of a month for months', () => {
    expect(until('2026-11-02', ['2026-10-31'])).toBe('2027-05-02');
    expect(until('2026-11-02', [])).toBe('2027-05-02');
  });

  it('keeps the first of a week for weeks, from Monday', () => {
    expect(until('2026-11-09', ['2026-11-01', '2026-11-08'])).toBe('2026-12-07');
    expect(until('2026-11-15', ['2026-11-01', '2026-11-08'])).toBe('2026-12-13');
  });

  it('keeps the others for days', () => {
    expect(until('2026-11-10', ['2026-11-01', '2026-11-09'])).toBe('2026-11-17');
    expect(until('2026-11-10', ['2026-11-01', '2026-11-09', '2026-11-10'])).toBe('2026-11-17');
  });

  it('counts whichever is longest, and none that is off', () => {
    expect(until('2026-11-02', [], { daily: 30, weekly: 1, monthly: 0 })).toBe('2026-12-02');
    expect(until('2026-11-02', [], { daily: 1, weekly: 0, monthly: 0 })).toBe('2026-11-03');
  });

  it('ends on the last day of a month that has no such day', () => {
    expect(until('2026-08-31', [])).toBe('2027-02-28');
  });
});
