import { describe, expect, it } from '@jest/globals';
import { recentMinutes, UsageMeter } from './usage-meter.js';

describe('a meter of requests', () => {
  it('tells a tenant’s own of the last minutes, also when what was counted has been told', () => {
    let now = 0;
    const meter = new UsageMeter(() => now);
    meter.count('a', 200);
    meter.count('b', 500);
    meter.count('b', 503, true);
    expect(meter.take()).toEqual([
      { tenantId: 'a', requests: 1, errors: 0, upgrading: 0 },
      { tenantId: 'b', requests: 2, errors: 2, upgrading: 1 },
    ]);
    now += 60_000;
    meter.count('a', 200);
    expect([meter.recent('a'), meter.recent('b'), meter.recent('c')]).toEqual([2, 2, 0]);
    now += (recentMinutes - 1) * 60_000;
    expect([meter.recent('a'), meter.recent('b')]).toEqual([1, 0]);
    now += recentMinutes * 60_000;
    expect(meter.recent('a')).toBe(0);
  });
});
