import { describe, expect, it } from '@jest/globals';
import { RunLimits } from './run-limits.js';

const limitsOf = (limits: Partial<ConstructorParameters<typeof RunLimits>[0]>, clock = () => 0) =>
  new RunLimits({ perServer: null, concurrency: 2, pace: null, ...limits }, clock);

describe('the limits of a run', () => {
  it('bound nothing by themselves', () => {
    const limits = limitsOf({});
    for (let count = 0; count < 100; count++) expect(limits.begin()).toBe(true);
  });

  it('allow so many tenants at the same time on all servers once servers have a bound of their own', () => {
    const limits = limitsOf({ perServer: 1 });
    expect([limits.begin(), limits.begin(), limits.begin()]).toEqual([true, true, false]);
    limits.end();
    expect(limits.begin()).toBe(true);
  });

  it('spread tenants evenly over a minute', () => {
    let now = 1000;
    const limits = limitsOf({ pace: 60 }, () => now);
    expect([limits.begin(), limits.begin(), limits.waitMs]).toEqual([true, false, 1000]);
    now += 400;
    expect([limits.begin(), limits.waitMs]).toEqual([false, 600]);
    now += 600;
    expect(limits.begin()).toBe(true);
  });

  it('do not make up for time in which nothing waited', () => {
    let now = 0;
    const limits = limitsOf({ pace: 60 }, () => now);
    now = 60_000;
    expect([limits.begin(), limits.begin()]).toEqual([true, false]);
  });

  it('count no turn that found nobody', () => {
    const limits = limitsOf({ pace: 60, perServer: 1, concurrency: 1 });
    expect(limits.begin()).toBe(true);
    limits.undo();
    expect(limits.begin()).toBe(true);
  });
});
