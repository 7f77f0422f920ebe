import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';
import { NotArchivable } from './errors.js';
import type { ArchivedSequence } from './manifest.js';

/** The migrator keeps it; a manifest has its own list. */
const migrationsTable = '_prisma_migrations';

export interface Table {
  readonly name: string;
  /** Those that COPY writes, in order. */
  readonly columns: readonly string[];
  /** On disk. */
  readonly bytes: number;
  /** The tables that it refers to. */
  readonly refersTo: readonly string[];
}

/** The tables of a schema, each after those that it refers to. Throws NotArchivable. */
export async function tablesOf(client: ClientBase, schema = 'public'): Promise<readonly Table[]> {
  const { rows } = await client.query<Table & { kind: string; persistence: string; bytes: string }>(
    `SELECT c.relname AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence, pg_relation_size(c.oid)::text AS bytes,
            ARRAY(SELECT a.attname::text FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                   ORDER BY a.attnum) AS columns,
            ARRAY(SELECT DISTINCT f.relname::text FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
                   WHERE k.conrelid = c.oid AND k.contype = 'f' AND f.oid <> c.oid ORDER BY 1) AS "refersTo"
       FROM pg_class c
      WHERE c.relnamespace = $2::regnamespace AND c.relkind IN ('r', 'p', 'f', 'm') AND c.relname <> $1
      ORDER BY c.relname`,
    [migrationsTable, schema],
  );
  const other = rows.find(({ kind, persistence }) => kind !== 'r' || persistence !== 'p');
  if (other !== undefined) throw new NotArchivable(`the relation ${other.name}, which is no ordinary table`);
  return inOrder(rows.map(({ name, columns, bytes, refersTo }) => ({ name, columns, bytes: Number(bytes), refersTo })));
}

/** A circle of references is broken where it was entered. */
function inOrder(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered = new Map<string, Table>();
  const entered = new Set<string>();
  const visit = (table: Table) => {
    if (entered.has(table.name)) return;
    entered.add(table.name);
    for (const name of table.refersTo) {
      const referred = byName.get(name);
      if (referred !== undefined) visit(referred);
    }
    ordered.set(table.name, table);
  };
  tables.forEach(visit);
  return [...ordered.values()];
}

/**
 * Sequences are outside of any snapshot: read after it began, they are never behind the rows in it. One that this role may not read is told
 * by the greatest value in its column.
 */
export async function sequencesOf(client: ClientBase, schema = 'public'): Promise<readonly ArchivedSequence[]> {
  const { rows } = await client.query<{ name: string; mayRead: boolean; table: string | null; column: string | null }>(
    `SELECT s.relname::text AS name, has_sequence_privilege(s.oid, 'SELECT') AS "mayRead",
            t.relname::text AS "table", a.attname::text AS "column"
       FROM pg_class s
       LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
       LEFT JOIN pg_class t ON t.oid = d.refobjid
       LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE s.relnamespace = $1::regnamespace AND s.relkind = 'S' ORDER BY 1`,
    [schema],
  );
  const sequences: ArchivedSequence[] = [];
  for (const { name, mayRead, table, column } of rows) {
    const idOf = (part: string) => `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(part)}`;
    const sql =
      mayRead || table === null || column === null
        ? `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${idOf(name)}`
        : `SELECT coalesce(max(${client.escapeIdentifier(column)}), 1)::text AS "lastValue", count(*) > 0 AS "isCalled" FROM ${idOf(table)}`;
    const { rows: states } = await client.query<{ lastValue: string; isCalled: boolean }>(sql);
    const [state] = states;
    if (state !== undefined) sequences.push({ name, ...state });
  }
  return sequences;
}

/** Lets sequences go on where others were. */
export async function setSequences(
  client: ClientBase,
  sequences: readonly ArchivedSequence[],
  schema = 'public',
): Promise<void> {
  if (sequences.length === 0) return;
  const sql = sequences.map(
    ({ name, lastValue, isCalled }) =>
      `setval(${escapeLiteral(`${escapeIdentifier(schema)}.${escapeIdentifier(name)}`)}::regclass, ${BigInt(lastValue)}, ${isCalled})`,
  );
  await client.query(`SELECT ${sql.join(', ')}`);
}
