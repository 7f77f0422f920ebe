import type { ControlClient, Prisma } from '@helpdeskly/catalog';
import { checksumsOf, declarationsOf, type Migration } from '@helpdeskly/migrator';

/**
 * Keeps what scripts declare, before a database has them: another build's app-api cannot read them, and serves a tenant only if
 * everything that it does not know is declared compatible.
 */
export async function recordDeclarations(
  control: ControlClient | Prisma.TransactionClient,
  migrations: readonly Migration[],
): Promise<void> {
  const rows = migrations.flatMap((migration) => {
    const declared = declarationsOf(migration.sql);
    return checksumsOf(migration).map((checksum) => ({ name: migration.name, checksum, ...declared }));
  });
  await control.declaredMigration.createMany({ data: rows, skipDuplicates: true });
}
