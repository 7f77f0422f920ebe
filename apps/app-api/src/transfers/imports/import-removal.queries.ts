import { Prisma } from '@helpdeskly/tenant-db';

/** So many rows at a time: a statement that deletes millions takes longer than a statement may. */
const piece = 5000;
/** How long an import is listed after it has ended, with what it refused: both hold names that people were given elsewhere. */
const listedMs = 30 * 24 * 3_600_000;
/** When those of newer imports are as many, an import is listed no longer. */
const mostRefusals = 300_000;

/** What an import remembers by the ids of its archive. */
export const removeMapped = (db: Prisma.TransactionClient, importId: string) =>
  removeRows(db, importId, 'DataImportRow', ['importId', 'kind', 'sourceId']);

/** An import that is over, and its list of refusals. */
export async function forget(db: Prisma.TransactionClient, importId: string): Promise<void> {
  await removeRows(db, importId, 'DataImportRefusal', ['importId', 'file', 'line', 'part']);
  await db.dataImport.deleteMany({ where: { id: importId, removedAt: { not: null } } });
}

/** The import that is to be forgotten next, and when; undefined when none is over. */
export async function nextToForget(
  db: Prisma.TransactionClient,
): Promise<{ readonly id: string; readonly at: Date } | undefined> {
  const rows = await db.$queryRaw<{ id: string; finishedAt: Date; newer: bigint }[]>`
    SELECT i."id", i."finishedAt", i."newer"
      FROM (SELECT "id", "finishedAt", "removedAt",
                   coalesce(sum("refused") OVER (ORDER BY "id" DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS "newer"
              FROM "DataImport") i
     WHERE i."removedAt" IS NOT NULL AND i."finishedAt" IS NOT NULL
     ORDER BY i."newer" > ${mostRefusals}::bigint DESC, i."finishedAt" LIMIT 1`;
  return rows.map(({ id, finishedAt, newer }) => ({
    id,
    at: newer > mostRefusals ? finishedAt : new Date(finishedAt.getTime() + listedMs),
  }))[0];
}

async function removeRows(
  db: Prisma.TransactionClient,
  importId: string,
  table: string,
  key: readonly string[],
): Promise<void> {
  const [from, columns] = [Prisma.raw(`"${table}"`), Prisma.raw(key.map((name) => `"${name}"`).join(', '))];
  for (let removed = piece; removed === piece;)
    removed = await db.$executeRaw`
      DELETE FROM ${from} WHERE (${columns}) IN (SELECT ${columns} FROM ${from} WHERE "importId" = ${importId}::uuid LIMIT ${piece})`;
}
