import type { TenantUsage } from '@helpdeskly/catalog';

/** More tenants than this are told of only when they are among the busiest, or have the most errors. */
const mostTold = 500;
const minuteMs = 60_000;
/** Minutes for which a tenant's own count is kept; the present one is among them. */
export const recentMinutes = 5;

interface Counts {
  requests: number;
  errors: number;
  upgrading: number;
}

/** Counts requests by tenant. It runs on every request, so it only adds to a few numbers. */
export class UsageMeter {
  private counts = new Map<string, Counts>();
  /** By the minute, the present one last. */
  private readonly minutes: { readonly at: number; readonly counts: Map<string, number> }[] = [];

  /** `clock` in milliseconds. */
  constructor(private readonly clock: () => number = Date.now) {}

  /** `isUpgrading`: the tenant is refused because it lacks a migration. */
  count(tenantId: string, status: number, isUpgrading = false): void {
    let count = this.counts.get(tenantId);
    if (count === undefined) this.counts.set(tenantId, (count = { requests: 0, errors: 0, upgrading: 0 }));
    count.requests++;
    if (status >= 500) count.errors++;
    if (isUpgrading) count.upgrading++;
    const minute = this.present();
    minute.set(tenantId, (minute.get(tenantId) ?? 0) + 1);
  }

  /** A tenant's requests in the last `recentMinutes`. */
  recent(tenantId: string): number {
    this.present();
    return this.minutes.reduce((sum, { counts }) => sum + (counts.get(tenantId) ?? 0), 0);
  }

  /** The busiest tenants, and those with the most errors, since it was last asked; counting begins anew. */
  take(): readonly TenantUsage[] {
    const all = [...this.counts].map(([tenantId, count]) => ({ tenantId, ...count }));
    this.counts = new Map();
    if (all.length <= mostTold) return all;
    const busiest = all.sort((a, b) => b.requests - a.requests).slice(0, mostTold);
    const faulty = all.sort((a, b) => b.errors - a.errors).slice(0, mostTold);
    return [...new Set([...busiest, ...faulty])];
  }

  private present(): Map<string, number> {
    const at = Math.floor(this.clock() / minuteMs);
    const last = this.minutes.at(-1);
    if (last?.at === at) return last.counts;
    const counts = new Map<string, number>();
    this.minutes.push({ at, counts });
    while (this.minutes[0] !== undefined && this.minutes[0].at <= at - recentMinutes) this.minutes.shift();
    return counts;
  }
}
