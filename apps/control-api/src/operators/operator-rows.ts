import type { ControlDatabase, Operator, Prisma } from '@helpdeskly/catalog';
import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';

/** Throws NotFound. */
export async function findOperator(client: Pick<ControlDatabase['client'], 'operator'>, id: string): Promise<Operator> {
  const row = isUuid(id) ? await client.operator.findUnique({ where: { id } }) : null;
  if (row === null) throw new NotFound('operator');
  return row;
}

/**
 * The same, locked until the transaction ends, together with every active OWNER: if two OWNERs demote each other at once, the second
 * sees the first one's change. Everybody locks in the same order. Throws NotFound.
 */
export async function lockOperator(
  tx: Prisma.TransactionClient,
  id: string,
): Promise<{ operator: Operator; owners: readonly string[] }> {
  if (!isUuid(id)) throw new NotFound('operator');
  await tx.$queryRaw`
    SELECT FROM "Operator" WHERE "id" = ${id}::uuid OR ("role" = 'OWNER' AND "status" = 'ACTIVE') ORDER BY "id" FOR UPDATE`;
  const operator = await findOperator(tx, id);
  const owners = await tx.operator.findMany({ where: { role: 'OWNER', status: 'ACTIVE' }, select: { id: true } });
  return { operator, owners: owners.map((owner) => owner.id) };
}
