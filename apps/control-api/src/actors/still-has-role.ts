import type { Prisma } from '@helpdeskly/catalog';
import { Forbidden } from '@helpdeskly/errors';
import type { Origin } from '../audit/audit-trail.js';

/**
 * Keeps an actor who grants authority from being demoted or revoked until the transaction ends. A later demotion or revocation then
 * finds what this transaction made, and ends it too. Throws Forbidden if the actor has already lost the role.
 */
export async function assertStillOwner(tx: Prisma.TransactionClient, origin: Origin): Promise<void> {
  if (!(await stillHas(tx, origin, ['OWNER']))) throw new Forbidden();
}

/** Whether an actor whose order is carried out later has one of the roles now. If so, it keeps it until the transaction ends. */
export async function stillHas(
  tx: Prisma.TransactionClient,
  { actor: { kind, id } }: Origin,
  roles: readonly string[],
): Promise<boolean> {
  const found =
    kind === 'OPERATOR'
      ? await tx.$queryRaw<unknown[]>`
          SELECT FROM "Operator"
           WHERE "id" = ${id}::uuid AND "role"::text = ANY (${roles}::text[]) AND "status" = 'ACTIVE' FOR SHARE`
      : await tx.$queryRaw<unknown[]>`
          SELECT FROM "ApiKey"
           WHERE "id" = ${id}::uuid AND "role"::text = ANY (${roles}::text[]) AND "revokedAt" IS NULL
             AND ("expiresAt" IS NULL OR "expiresAt" > now()) FOR SHARE`;
  return found.length > 0;
}
