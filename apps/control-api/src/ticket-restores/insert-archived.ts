import { escapeIdentifier, type ClientBase } from 'pg';
import { archived, type Columns, type RestoredTable } from './archived-rows.js';

/** How archived rows are inserted; `r` is the archived row. */
export interface Insertion {
  /** SQL for the columns that are not as archived. */
  readonly values?: Readonly<Record<string, string>>;
  /** Which of them. */
  readonly where?: string;
  /** Of which column a taken value means that the row is there; without it, of any. */
  readonly key?: string;
}

/** Inserts archived rows into their table. One whose key is taken stays what it is there; what else is taken fails where a `key` is named. */
export async function insertArchived(
  live: ClientBase,
  columns: Columns,
  table: RestoredTable,
  { values = {}, where = 'true', key }: Insertion = {},
): Promise<void> {
  const names = columns.get(table) ?? [];
  const selected = names.map((name) => values[name] ?? `r.${escapeIdentifier(name)}`);
  await live.query(`
    INSERT INTO public.${escapeIdentifier(table)} (${names.map((name) => escapeIdentifier(name)).join(', ')})
    SELECT ${selected.join(', ')} FROM ${archived(table)} r WHERE ${where}
        ON CONFLICT ${key === undefined ? '' : `(${escapeIdentifier(key)})`} DO NOTHING`);
}
