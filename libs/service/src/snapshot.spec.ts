import { describe, expect, it, jest } from '@jest/globals';
import { Snapshot } from './snapshot.js';

const times = { freshMs: 60_000, patienceMs: 1000 };

describe('a snapshot', () => {
  it('is one look for all who ask while it is fresh', async () => {
    let looks = 0;
    const snapshot = new Snapshot(() => Promise.resolve(++looks), times);
    expect(await Promise.all([snapshot.get(), snapshot.get()])).toEqual([1, 1]);
    expect(await snapshot.get()).toBe(1);
  });

  it('is taken anew when it is no longer fresh', async () => {
    let looks = 0;
    const snapshot = new Snapshot(() => Promise.resolve(++looks), { ...times, freshMs: 0 });
    await snapshot.get();
    expect(await snapshot.get()).toBe(2);
  });

  it('is undefined when the look fails', async () => {
    expect(await new Snapshot(() => Promise.reject(new Error('away')), times).get()).toBeUndefined();
  });

  it('is undefined when the look takes too long', async () => {
    jest.useFakeTimers();
    try {
      const seen = new Snapshot(() => new Promise(() => undefined), times).get();
      jest.advanceTimersByTime(1000);
      expect(await seen).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });
});
