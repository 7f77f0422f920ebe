import type { CatalogTenant } from '@helpdeskly/catalog';
import type { RoundProgress, RoundStep } from '@helpdeskly/queue';
import type { BackgroundTenants } from './background-tenants.js';

/** Tenants that one step looks at. */
const tenantsPerStep = 50;

export interface Round {
  /** Between the beginnings of two rounds, unless one takes longer. */
  readonly roundMs: number;
  readonly pauseMs: number;
  readonly look: (tenant: CatalogTenant) => Promise<void>;
  readonly atItsEnd?: () => Promise<void>;
}

/** Looks at every ACTIVE tenant in turn, some at each step. A step that was cut off is done again: looking twice is harmless. */
export async function roundStep(
  all: BackgroundTenants,
  { after, since }: RoundProgress,
  { roundMs, pauseMs, look, atItsEnd }: Round,
): Promise<RoundStep> {
  const tenants = await all.activeAfter(after, tenantsPerStep);
  for (const tenant of tenants) await look(tenant);
  const last = tenants.at(-1);
  if (tenants.length === tenantsPerStep && last !== undefined)
    return { progress: { after: last.id, since }, againInMs: pauseMs };
  await atItsEnd?.();
  const next = Math.max(since + roundMs, Date.now());
  return { progress: { after: null, since: next }, againInMs: next - Date.now() };
}
