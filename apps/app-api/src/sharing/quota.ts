import { DomainError } from '@helpdeskly/errors';
import type { Prisma } from '@helpdeskly/tenant-db';
import type { Kept } from './sharing.js';

/** Raised when there are as many of something as may be: of the staff, one person or one ticket. */
export class LimitReached extends DomainError {
  readonly code = 'limit_reached';
  constructor(kind: string, most: number) {
    super(`There are ${most} of these ${kind} already: delete one first.`);
  }
}

/** Lets one after the other be added to those that it is counted among. Throws LimitReached when there is no room. */
export async function lockQuota(
  tx: Prisma.TransactionClient,
  kind: string,
  { shared, ownerId }: Kept,
  most: number,
  count: (where: { shared: boolean; ownerId?: string }) => PromiseLike<number>,
): Promise<void> {
  const among = shared ? kind : `${kind} of ${ownerId}`;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${among}, 0))`;
  if ((await count(shared ? { shared } : { shared, ownerId })) >= most) throw new LimitReached(kind, most);
}
