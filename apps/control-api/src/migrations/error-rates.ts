import type { TenantUsage } from '@helpdeskly/catalog';

/** From how many answers of migrated tenants on their share of errors counts. */
export const leastAnswers = 50;

interface Counts {
  answers: number;
  errors: number;
}

/**
 * The answers of app-api's processes during a run: those of tenants that it has migrated, those of these tenants before, and those of
 * tenants that wait. Answers that refuse a tenant because it lacks a migration count as none.
 */
export class ErrorRates {
  private readonly migrated = new Map<string, Counts>();
  private readonly before = new Map<string, Counts>();

  /** The tenant has been migrated: what follows counts for the migration. */
  move(tenantId: string): void {
    if (!this.migrated.has(tenantId)) this.migrated.set(tenantId, { answers: 0, errors: 0 });
  }

  add(usage: readonly TenantUsage[]): void {
    for (const { tenantId, requests, errors, upgrading } of usage) {
      let counts = this.migrated.get(tenantId) ?? this.before.get(tenantId);
      if (counts === undefined) this.before.set(tenantId, (counts = { answers: 0, errors: 0 }));
      counts.answers += requests - upgrading;
      counts.errors += errors - upgrading;
    }
  }

  /**
   * Why the run must not go on: the migrated tenants' share of errors is higher by more than `most` (0 to 1) than that of the tenants
   * that wait, or, in the last stage, than their own before. Undefined if it may.
   */
  excess(most: number, isLast: boolean): string | undefined {
    const now = sum(this.migrated.values());
    if (now.answers < leastAnswers) return undefined;
    const compared = isLast
      ? sum([...this.migrated.keys()].flatMap((id) => this.before.get(id) ?? []))
      : sum([...this.before].flatMap(([id, counts]) => (this.migrated.has(id) ? [] : [counts])));
    if (shareOf(now) - shareOf(compared) <= most) return undefined;
    const whose = isLast ? 'Before, it was' : 'Of the tenants that wait, it was';
    return `The migrated tenants answered ${describe(now)} with an error of the server. ${whose} ${describe(compared)}; ${percent(most)} more are allowed.`;
  }
}

function sum(all: Iterable<Counts>): Counts {
  const total = { answers: 0, errors: 0 };
  for (const { answers, errors } of all) {
    total.answers += answers;
    total.errors += errors;
  }
  return total;
}

const shareOf = ({ answers, errors }: Counts) => (answers === 0 ? 0 : errors / answers);
const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
const describe = (counts: Counts) => `${counts.errors} of ${counts.answers} requests (${percent(shareOf(counts))})`;
