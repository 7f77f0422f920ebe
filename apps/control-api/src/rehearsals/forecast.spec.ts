import { describe, expect, it } from '@jest/globals';
import { durationBySize, forecastFor } from './forecast.js';

const measured = (sizeBytes: number, durationMs: number, sizeChange = 0) => ({ sizeBytes, durationMs, sizeChange });
const tenants = (serverId: string, ...sizes: (number | undefined)[]) =>
  sizes.map((sizeBytes) => ({ serverId, sizeBytes }));

describe('the duration by size', () => {
  it('is a part for each tenant and one for each byte', () => {
    const durationOf = durationBySize([measured(100, 20), measured(300, 40), measured(200, 30)]);
    expect(durationOf(1000)).toBeCloseTo(110);
    expect(durationOf(0)).toBeCloseTo(10);
  });

  it('is the mean where sizes do not differ, or larger ones took no longer', () => {
    expect(durationBySize([measured(100, 20), measured(100, 40)])(900)).toBe(30);
    expect(durationBySize([measured(100, 40), measured(300, 20)])(900)).toBe(30);
  });

  it('is never below zero', () => {
    const durationOf = durationBySize([measured(100, 0), measured(300, 40)]);
    expect(durationOf(0)).toBe(0);
    expect(durationOf(300)).toBeGreaterThan(30);
  });
});

describe('a forecast', () => {
  const one = [measured(100, 10, 50)];

  it('has servers work side by side, each on so many tenants at a time', () => {
    const fleet = [...tenants('a', 100, 100, 100, 100), ...tenants('b', 100)];
    expect(forecastFor(fleet, one, 2)).toEqual({
      tenants: 5,
      concurrency: 2,
      durationMs: 20,
      longestMs: 10,
      sizeChange: 250,
    });
  });

  it('is never shorter than the largest tenant takes', () => {
    const both = [measured(100, 10), measured(1000, 100)];
    expect(forecastFor(tenants('a', 100, 1000), both, 5)).toMatchObject({ durationMs: 100, longestMs: 100 });
  });

  it('takes tenants whose size nobody knows for usual ones', () => {
    expect(forecastFor(tenants('a', undefined, 300, 100), one, 1)).toMatchObject({ tenants: 3, sizeChange: 300 });
    expect(forecastFor(tenants('a', undefined), one, 1)).toMatchObject({ durationMs: 10, sizeChange: 50 });
  });

  it('is none without a measurement, and of nobody nothing', () => {
    expect(forecastFor(tenants('a', 100), [], 5)).toBeNull();
    expect(forecastFor([], one, 5)).toMatchObject({ tenants: 0, durationMs: 0, longestMs: 0, sizeChange: 0 });
  });
});
