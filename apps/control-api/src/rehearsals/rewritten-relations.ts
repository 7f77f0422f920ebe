import type { ClientBase } from 'pg';

interface StoredRelation {
  readonly oid: string;
  readonly name: string;
  /** The table of an index. */
  readonly table: string | null;
  readonly file: string;
}

/** Where the rows of tables and indexes lie now. */
export async function storedRelations(client: ClientBase): Promise<readonly StoredRelation[]> {
  const { rows } = await client.query<StoredRelation>(
    `SELECT c.oid::text AS oid, c.relname AS name, i.indrelid::text AS "table", pg_relation_filenode(c.oid)::text AS file
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
      WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND c.relname !~ '^_prisma_migrations'`,
  );
  return rows;
}

/** The relations whose rows were written anew in between; of a table's indexes, only where the table was not. */
export function rewrittenIn(before: readonly StoredRelation[], after: readonly StoredRelation[]): string[] {
  const files = new Map(before.map(({ oid, file }) => [oid, file]));
  const moved = after.filter(({ oid, file }) => files.has(oid) && files.get(oid) !== file);
  const tables = new Set(moved.filter(({ table }) => table === null).map(({ oid }) => oid));
  return moved
    .filter(({ table }) => table === null || !tables.has(table))
    .map(({ name }) => name)
    .sort();
}
