import { describe, expect, it } from '@jest/globals';
import { stagesOf } from './stages.js';

describe('stagesOf', () => {
  it('names the canary, the waves and the rest, and says where the run is', () => {
    const run = { canary: 1, waves: [25, 50, 100], stages: { total: 4, done: 1 }, status: 'SOAKING' as const };
    expect(stagesOf(run).map(({ kind, percent, state }) => [kind, percent, state])).toEqual([
      ['canary', undefined, 'over'],
      ['wave', 25, 'current'],
      ['wave', 50, 'ahead'],
      ['rest', undefined, 'ahead'],
    ]);
  });

  it('leaves out the waves that had no tenants of their own', () => {
    const run = { canary: null, waves: [5, 25], stages: { total: 2, done: 0 }, status: 'RUNNING' as const };
    expect(stagesOf(run).map(({ kind, percent }) => [kind, percent])).toEqual([
      ['wave', 25],
      ['rest', undefined],
    ]);
  });

  it('is one stage for a run without waves, over when the run has succeeded', () => {
    const run = { canary: null, waves: [], stages: { total: 1, done: 0 }, status: 'SUCCEEDED' as const };
    expect(stagesOf(run)).toEqual([{ number: 1, kind: 'rest', state: 'over' }]);
  });
});
