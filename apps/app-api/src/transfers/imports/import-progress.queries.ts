import type { DataImport, Prisma } from '@helpdeskly/tenant-db';
import { ArchiveInvalid, Overtaken } from './errors.js';
import type { ImportBatch, PlacedRow } from './import-batch.js';

/** A list of more is of no use to anybody: the archive is not what it seems to be. */
const mostRefusals = 100_000;

/** Behind which row of which step an import stands. */
export interface Reached {
  readonly step: number;
  readonly line: number;
}

/** Counts an attempt, which counts no more when it comes further. Whether it is still this worker's turn. */
export async function begin(
  db: Prisma.TransactionClient,
  { id, status, step, line, attempts }: DataImport,
): Promise<boolean> {
  const { count } = await db.dataImport.updateMany({
    where: { id, status, step, line, attempts },
    data: { attempts: { increment: 1 } },
  });
  return count > 0;
}

/**
 * Locks an import that stands where this worker believes it to stand; answers how many bytes its files have that were let through. Throws
 * Overtaken.
 */
export async function takeProgress(
  tx: Prisma.TransactionClient,
  { id, status }: Pick<DataImport, 'id' | 'status'>,
  { step, line }: Reached,
): Promise<bigint> {
  const [found] = await tx.$queryRaw<{ bytes: bigint }[]>`
    SELECT "fileBytes" AS "bytes" FROM "DataImport" WHERE "id" = ${id}::uuid AND "status" = ${status}::"DataImportStatus"
       AND "step" = ${step}::integer AND "line" = ${line}::integer FOR UPDATE`;
  if (found === undefined) throw new Overtaken('Another worker has gone on with this import.');
  return found.bytes;
}

/** Lines that the dry run refused as a whole. */
export async function refusedAmong(
  tx: Prisma.TransactionClient,
  importId: string,
  file: string,
  rows: readonly PlacedRow<unknown>[],
): Promise<ReadonlySet<number>> {
  const lines = rows.map(({ place }) => place.line);
  const found = await tx.dataImportRefusal.findMany({
    where: { importId, file, line: { in: lines }, part: 0 },
    select: { line: true },
  });
  return new Set(found.map(({ line }) => line));
}

/** Writes down what became of a batch, and how far the import came. Throws ArchiveInvalid if hardly anything is let through. */
export async function writeProgress(
  tx: Prisma.TransactionClient,
  { of: { importId, isDryRun }, refusals, accepted, fileBytes }: ImportBatch,
  { to, rows }: { readonly to: Reached; readonly rows: number },
): Promise<void> {
  const { count } = await tx.dataImportRefusal.createMany({
    data: refusals.map((refusal) => ({ ...refusal, importId })),
    skipDuplicates: true,
  });
  const { counts } = await tx.dataImport.findUniqueOrThrow({ where: { id: importId }, select: { counts: true } });
  const sums: Record<string, number> = { ...(counts as Record<string, number>) };
  for (const [kind, sum] of accepted) sums[kind] = (sums[kind] ?? 0) + sum;
  const { refused } = await tx.dataImport.update({
    where: { id: importId },
    data: {
      ...{ step: to.step, line: to.line, counts: sums, attempts: 0, fileBytes },
      ...{ rows: { increment: rows }, refused: { increment: count } },
    },
    select: { refused: true },
  });
  if (isDryRun && refused > mostRefusals)
    throw new ArchiveInvalid(`More than ${mostRefusals} rows of the archive would be refused.`);
}
