import { changedRows, type CopiedTable, type CopyChange, type CopyValue } from '@helpdeskly/archive';
import type { ClientBase } from 'pg';

/** What becomes of a value that is not NULL; `of` reads the columns of its row, as they were. */
export type ColumnRule = (value: string, of: (column: string) => CopyValue) => CopyValue;

/** What a copy has of each table: nothing, or its rows with these columns changed. A table that is not named is as it is. */
export type TableRules = Readonly<Record<string, 'EMPTY' | Readonly<Record<string, ColumnRule>>>>;

/** Raised for a column that nobody has decided about: what it holds may be personal. */
class ColumnWithoutRule extends Error {
  constructor(column: string) {
    super(`There is no rule for ${column}: nothing is copied.`);
    this.name = 'ColumnWithoutRule';
  }
}

/** Both: a table that one of them empties is empty. For a column the later ones count. */
export function both(first: TableRules, second: TableRules): TableRules {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  const merged = [...names].map((name) => {
    const [one = {}, other = {}] = [first[name], second[name]];
    return [name, one === 'EMPTY' || other === 'EMPTY' ? 'EMPTY' : { ...one, ...other }] as const;
  });
  return Object.fromEntries(merged);
}

/** Changes rows on their way: what the rules take out never reaches the copy. */
export function changeBy(rules: TableRules): CopyChange {
  return (table) => {
    const ofTable = rules[table.name] ?? {};
    if (ofTable === 'EMPTY') return ofTable;
    const changes = Object.entries(ofTable)
      .map(([column, rule]) => ({ at: table.columns.indexOf(column), rule }))
      .filter(({ at }) => at !== -1);
    if (changes.length === 0) return 'SAME';
    return changedRows(table, (row) => {
      const of = reader(table, [...row]);
      for (const { at, rule } of changes) {
        const value = row[at] ?? null;
        if (value !== null) row[at] = rule(value, of);
      }
    });
  };
}

const reader =
  ({ columns }: CopiedTable, row: readonly CopyValue[]) =>
  (column: string): CopyValue =>
    row[columns.indexOf(column)] ?? null;

/** Looks whether the rules know every column that may hold words. Throws ColumnWithoutRule. */
export async function assertComplete(client: ClientBase, rules: TableRules): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT c.relname AS "table", a.attname AS "column"
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
       LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
        AND a.attnum > 0 AND NOT a.attisdropped
        AND NOT coalesce(e.typname, t.typname) = ANY ('{bool,int2,int4,int8,float4,float8,numeric,uuid,date,time,timestamp,timestamptz}')
        AND coalesce(e.typtype, t.typtype) <> 'e'
      ORDER BY 1, 2`,
  );
  for (const { table, column } of rows) {
    const ofTable = rules[table] ?? {};
    if (ofTable !== 'EMPTY' && ofTable[column] === undefined) throw new ColumnWithoutRule(`"${table}"."${column}"`);
  }
}
