import type { TenantUsage } from '@helpdeskly/catalog';

/** More tenants than this are told of only when they are among the busiest. */
const mostTold = 100;

/** Counts requests by tenant. It runs on every request, so it adds to two numbers. */
export class UsageMeter {
  private counts = new Map<string, { requests: number; errors: number }>();

  count(tenantId: string, status: number): void {
    let count = this.counts.get(tenantId);
    if (count === undefined) this.counts.set(tenantId, (count = { requests: 0, errors: 0 }));
    count.requests++;
    if (status >= 500) count.errors++;
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
}
