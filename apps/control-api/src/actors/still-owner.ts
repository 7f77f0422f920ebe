import type { Prisma } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import type { Origin } from '../audit/audit-trail.js';

/**
 * Keeps an actor who grants authority from being demoted or revoked until the transaction ends. A later demotion or revocation then
 * finds what this transaction made, and ends it too. Throws Forbidden if the actor has already lost the role.
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
