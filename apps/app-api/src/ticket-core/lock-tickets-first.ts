import type { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma } from '@helpdeskly/tenant-db';

/** Rounds before what comes meanwhile is taken as it comes: PostgreSQL would then end a deadlock, and the transaction be run again. */
const rounds = 10;

/** Raised, and caught here, when something came between the locks: they are given back, and taken anew. */
export class CameMeanwhile extends Error {
  override readonly name = 'CameMeanwhile';
}

/**
 * Locks the tickets that `concerned` tells of, a condition on rows of "Ticket" under the alias `t`, in the order of their ids, and
 * then what `lockOthers` locks: users, groups, organizations. Whoever writes to a ticket locks in this order, too, so nobody waits in a
 * circle (docs/architecture.md, Locks). `lockOthers` keeps further tickets from coming; one that came before it did, or a
 * CameMeanwhile of its own, begins anew, without the locks. Must run in a transaction; answers what `lockOthers` does.
 */
export async function lockTicketsFirst<T>(
  db: TenantDatabase,
  concerned: Prisma.Sql,
  lockOthers: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await db.attempt(async (tx) => {
        const known = await lockedIds(tx, concerned);
        const locked = await lockOthers(tx);
        if (round < rounds && (await hasOthers(tx, concerned, known))) throw new CameMeanwhile();
        return locked;
      });
    } catch (error) {
      if (!(error instanceof CameMeanwhile) || round === rounds) throw error;
    }
  }
}

async function lockedIds(tx: Prisma.TransactionClient, concerned: Prisma.Sql): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT t."id"::text AS "id" FROM "Ticket" t WHERE ${concerned} ORDER BY t."id" FOR NO KEY UPDATE`;
  return rows.map(({ id }) => id);
}

async function hasOthers(
  tx: Prisma.TransactionClient,
  concerned: Prisma.Sql,
  known: readonly string[],
): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Ticket" t WHERE ${concerned} AND t."id" <> ALL (${[...known]}::uuid[]) LIMIT 1`;
  return found.length > 0;
}
