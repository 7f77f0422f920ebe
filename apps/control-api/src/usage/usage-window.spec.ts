import { describe, expect, it } from '@jest/globals';
import { UsageWindow, windowMs } from './usage-window.js';

describe('the window of usage', () => {
  it('adds up what several processes say of a tenant', () => {
    const window = new UsageWindow();
    window.add([{ tenantId: 'a', requests: 3, errors: 1, upgrading: 0 }]);
    window.add([
      { tenantId: 'a', requests: 4, errors: 0, upgrading: 0 },
      { tenantId: 'b', requests: 5, errors: 0, upgrading: 0 },
    ]);
    expect(window.top('requests', 10)).toEqual([
      { tenantId: 'a', count: 7 },
      { tenantId: 'b', count: 5 },
    ]);
    expect(window.top('errors', 10)).toEqual([{ tenantId: 'a', count: 1 }]);
  });

  it('shows as many as are asked for', () => {
    const window = new UsageWindow();
    window.add(Array.from({ length: 9 }, (_, n) => ({ tenantId: `t${n}`, requests: n + 1, errors: 0, upgrading: 0 })));
    expect(window.top('requests', 2).map(({ count }) => count)).toEqual([9, 8]);
  });

  it('forgets what is older than it looks back', () => {
    let now = 1_000_000;
    const window = new UsageWindow(() => now);
    window.add([{ tenantId: 'a', requests: 1, errors: 0, upgrading: 0 }]);
    now += windowMs / 2;
    window.add([{ tenantId: 'a', requests: 2, errors: 0, upgrading: 0 }]);
    expect(window.top('requests', 1)).toEqual([{ tenantId: 'a', count: 3 }]);
    now += windowMs / 2 + 5000;
    expect(window.top('requests', 1)).toEqual([{ tenantId: 'a', count: 2 }]);
    now += windowMs;
    expect(window.top('requests', 1)).toEqual([]);
  });
});
