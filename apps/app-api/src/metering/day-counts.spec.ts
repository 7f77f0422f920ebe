import { describe, expect, it } from '@jest/globals';
import { DayCounts } from './day-counts.js';

describe('the counts of days', () => {
  it('add up by tenant and day, and begin anew when they are taken', () => {
    let now = Date.parse('2026-11-29T23:59:59.999Z');
    const counts = new DayCounts(
      () => undefined,
      () => now,
    );
    counts.add('a', { requests: 1 });
    counts.add('a', { requests: 1, tickets: 1 });
    counts.add('b', { requests: 1 });
    now += 1;
    counts.add('a', { requests: 1 });
    expect(counts.take(2)).toEqual([
      { tenantId: 'a', day: '2026-11-29', requests: 2, tickets: 1 },
      { tenantId: 'b', day: '2026-11-29', requests: 1, tickets: 0 },
    ]);
    expect(counts.take(2)).toEqual([{ tenantId: 'a', day: '2026-11-30', requests: 1, tickets: 0 }]);
    expect(counts.take(2)).toEqual([]);
  });

  it('keep the later figure of what is stored, whichever is told first', () => {
    const counts = new DayCounts(() => undefined);
    counts.stored({ tenantId: 'a', bytes: 7n, revision: 2n });
    counts.stored({ tenantId: 'a', bytes: 9n, revision: 1n });
    expect(counts.take(1)).toMatchObject([{ storageBytes: 7n, storageRevision: 2n }]);
  });

  it('tell of each tenant once a day', () => {
    let now = Date.parse('2026-11-29T12:00:00Z');
    const seen: string[] = [];
    const counts = new DayCounts(
      (tenantId) => seen.push(tenantId),
      () => now,
    );
    for (const tenant of ['a', 'b', 'a']) counts.add(tenant, { requests: 1 });
    counts.take(9);
    counts.add('a', { requests: 1 });
    now += 86_400_000;
    counts.add('a', { requests: 1 });
    expect(seen).toEqual(['a', 'b', 'a']);
  });
});
