import { describe, expect, it } from '@jest/globals';
import { CountsHere, type Bucket } from './failure-counts.js';

const minute = 60_000;
const fixed: Bucket = { key: 'fixed', limit: 3, windowMs: minute, doubling: false };
const doubling: Bucket = { key: 'doubling', limit: 2, windowMs: 15 * minute, doubling: true };

describe('counts of this process', () => {
  let now = 1_000_000;
  const fresh = () => new CountsHere(() => now);

  it('fill a bucket, which is empty again when its window ends', async () => {
    const counts = fresh();
    for (let n = 0; n < 3; n++) {
      expect(await counts.take([fixed])).toBe(0);
      now += 10_000;
    }
    expect(await counts.take([fixed])).toBe(30_000);
    now += 30_000;
    expect(await counts.take([fixed])).toBe(0);
  });

  it('let one at a time into a full doubling bucket, after a wait of 1 s to 60 s', async () => {
    const counts = fresh();
    await counts.take([doubling]);
    await counts.take([doubling]);
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      const wait = await counts.take([doubling]);
      waits.push(wait / 1000);
      now += wait;
      expect(await counts.take([doubling])).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('do not make anybody wait longer for what was refused', async () => {
    const counts = fresh();
    for (let n = 0; n < 2; n++) await counts.take([doubling]);
    for (let n = 0; n < 100; n++) expect(await counts.take([doubling])).toBe(1000);
  });

  it('forget a doubling bucket after a window in which nothing happened', async () => {
    const counts = fresh();
    for (let n = 0; n < 2; n++) await counts.take([doubling]);
    now += 15 * minute;
    for (let n = 0; n < 2; n++) expect(await counts.take([doubling])).toBe(0);
    expect(await counts.take([doubling])).toBe(1000);
  });

  it('count in all buckets or in none', async () => {
    const counts = fresh();
    for (let n = 0; n < 2; n++) await counts.take([doubling]);
    for (let n = 0; n < 9; n++) await counts.take([fixed, doubling]);
    for (let n = 0; n < 3; n++) expect(await counts.take([fixed])).toBe(0);
  });

  it('take back one that was counted, and no more', async () => {
    const counts = fresh();
    for (let n = 0; n < 3; n++) await counts.take([fixed]);
    await counts.giveBack([fixed]);
    expect(await counts.take([fixed])).toBe(0);
    expect(await counts.take([fixed])).toBeGreaterThan(0);
    await counts.giveBack([doubling]); // Nothing was taken.
    for (let n = 0; n < 2; n++) expect(await counts.take([doubling])).toBe(0);
  });
});
