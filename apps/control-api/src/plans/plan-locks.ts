import type { ControlClient, Plan, Prisma } from '@helpdeskly/catalog';
import { InvalidReference } from '@helpdeskly/errors';

/** The plan of tenants that name none. */
export const defaultPlan = 'standard';

/**
 * Keeps every plan as it is until the transaction ends: a tenant's limits are those of the plan that it names. Comes before the
 * tenant's row is locked, because a change of a plan locks many of them.
 */
export async function holdPlans(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtext('helpdeskly plans'))`;
}

/** Makes every other change of a plan, or of what plan a tenant has, wait until the transaction ends. */
export async function lockPlans(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly plans'))`;
}

/** The plan of that name. Throws InvalidReference. */
export async function planNamed(tx: Pick<ControlClient, 'plan'>, name: string): Promise<Plan> {
  const plan = await tx.plan.findUnique({ where: { name } });
  if (plan === null) throw new InvalidReference('plan', `There is no plan called ${name}.`);
  return plan;
}
