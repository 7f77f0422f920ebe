import type { Snapshot, SourceFacts } from '@helpdeskly/archive';
import { appliedMigrations } from '@helpdeskly/migrator';

/** The ids of files whose bytes the storage must have, by the table that knows of them. */
const fileTables: Readonly<Record<string, string>> = {
  Attachment: `SELECT "id"::text AS "name" FROM "Attachment" WHERE "storedAt" IS NOT NULL AND "removedAt" IS NULL`,
  InboundMail: `SELECT "id"::text AS "name" FROM "InboundMail" WHERE "storedAt" IS NOT NULL AND "rawRemovedAt" IS NULL`,
};

/** What a snapshot of a tenant's database says beside its rows; an older schema has fewer tables. */
export async function factsOf({ main, tables }: Snapshot): Promise<SourceFacts> {
  const names = new Set<string>();
  for (const { name } of tables) {
    const query = fileTables[name];
    if (query === undefined) continue;
    const { rows } = await main.query<{ name: string }>(query);
    for (const row of rows) names.add(row.name);
  }
  const migrations = await appliedMigrations(main);
  return { migrations: migrations.map(({ name, checksum }) => ({ name, checksum })), fileNames: [...names].sort() };
}
