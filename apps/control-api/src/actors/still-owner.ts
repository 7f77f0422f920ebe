import type { Prisma } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import type { Origin } from '../audit/audit-trail.js';

/**
 * Keeps whoever gives authority from being demoted or revoked until the transaction ends: what was made is there then, to be
 * found and ended with its maker. Throws Forbidden when that has happened already.
 */
export async function assertStillOwner(tx: Prisma.TransactionClient, { actor: { kind, id } }: Origin): Promise<void> {
  const found =
    kind === 'OPERATOR'
      ? await tx.$queryRaw<unknown[]>`
          SELECT FROM "Operator" WHERE "id" = ${id}::uuid AND "role" = 'OWNER' AND "status" = 'ACTIVE' FOR SHARE`
      : await tx.$queryRaw<unknown[]>`
          SELECT FROM "ApiKey" WHERE "id" = ${id}::uuid AND "role" = 'OWNER' AND "revokedAt" IS NULL FOR SHARE`;
  if (found.length === 0) throw new Forbidden();
}
