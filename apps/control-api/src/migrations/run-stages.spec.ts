import { describe, expect, it } from '@jest/globals';
import { soakMsOf, stageAt, stageEndsOf, stagesLeft } from './run-stages.js';

describe('the stages of a run', () => {
  it('end after the canary and after each percentage, rounded up', () => {
    expect(stageEndsOf(1000, 2, [5, 25, 100])).toEqual([2, 50, 250]);
    expect(stageEndsOf(7, null, [10, 50])).toEqual([1, 4]);
  });

  it('are one without a canary and waves', () => {
    expect(stageEndsOf(1000, null, [])).toEqual([]);
    expect(stageEndsOf(1000, null, [100])).toEqual([]);
  });

  it('leave out waves without a tenant of their own', () => {
    expect(stageEndsOf(10, 3, [5, 10, 20, 30, 60])).toEqual([3, 6]);
    expect(stageEndsOf(0, null, [5, 25])).toEqual([]);
  });

  it('keep a canary that is everybody', () => {
    expect(stageEndsOf(2, 5, [50])).toEqual([5]);
  });

  it('that are left follow the one that is over, the last without an end', () => {
    const run = { stageEnds: [2, 50], stage: 0, canary: 2 };
    expect(stagesLeft(run)).toEqual([
      { number: 0, below: 2, isCanary: true },
      { number: 1, below: 50, isCanary: false },
      { number: 2, below: null, isCanary: false },
    ]);
    expect(stagesLeft({ ...run, stage: 2 })).toEqual([{ number: 2, below: null, isCanary: false }]);
    expect(stagesLeft({ ...run, stage: 3 })).toEqual([{ number: 2, below: null, isCanary: false }]);
  });

  it('are found by a position', () => {
    const run = { stageEnds: [2, 50] };
    expect([0, 1, 2, 49, 50, 1000].map((position) => stageAt(run, position))).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('are not followed by a soak in a dry run', () => {
    expect(soakMsOf({ soak: '10m', dryRun: false })).toBe(600_000);
    expect(soakMsOf({ soak: '10m', dryRun: true })).toBe(0);
    expect(soakMsOf({ soak: null, dryRun: false })).toBe(0);
  });
});
