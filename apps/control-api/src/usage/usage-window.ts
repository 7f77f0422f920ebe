import type { TenantUsage } from '@helpdeskly/catalog';

const slotMs = 5000;
/** The length of the window in milliseconds. */
export const windowMs = 300_000;

export type Counted = 'requests' | 'errors';

type Counts = Omit<TenantUsage, 'tenantId'>;

interface Slot {
  readonly at: number;
  readonly counts: Map<string, Counts>;
}

/** All processes' reports of their tenants in the last five minutes, in memory; it holds at most as many entries as they sent. */
export class UsageWindow {
  private readonly slots: Slot[] = [];

  /** `clock` in milliseconds. */
  constructor(private readonly clock: () => number = Date.now) {}

  add(usage: readonly TenantUsage[]): void {
    const { counts } = this.present();
    for (const { tenantId, ...count } of usage) counts.set(tenantId, sum(counts.get(tenantId), count));
  }

  /** All that was reported, by tenant. */
  all(): readonly TenantUsage[] {
    this.forget();
    const sums = new Map<string, Counts>();
    for (const { counts } of this.slots)
      for (const [tenantId, count] of counts) sums.set(tenantId, sum(sums.get(tenantId), count));
    return [...sums].map(([tenantId, count]) => ({ tenantId, ...count }));
  }

  /** Tenants by one of their counts, highest first, without zeros. */
  top(by: Counted, limit: number): readonly { tenantId: string; count: number }[] {
    return this.all()
      .map((usage) => ({ tenantId: usage.tenantId, count: usage[by] }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.tenantId < b.tenantId ? -1 : 1))
      .slice(0, limit);
  }

  private present(): Slot {
    this.forget();
    const at = Math.floor(this.clock() / slotMs) * slotMs;
    const last = this.slots.at(-1);
    if (last?.at === at) return last;
    const slot = { at, counts: new Map() };
    this.slots.push(slot);
    return slot;
  }

  private forget(): void {
    const oldest = this.clock() - windowMs;
    while (this.slots[0] !== undefined && this.slots[0].at < oldest) this.slots.shift();
  }
}

function sum(known: Counts = { requests: 0, errors: 0, upgrading: 0 }, more: Counts): Counts {
  return {
    requests: known.requests + more.requests,
    errors: known.errors + more.errors,
    upgrading: known.upgrading + more.upgrading,
  };
}
