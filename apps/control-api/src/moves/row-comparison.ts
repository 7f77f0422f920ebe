import { escapeIdentifier, type Client } from 'pg';
import type { ChangedRows, ChangedTable } from './changed-rows.js';

const atOnce = 1000;

/**
 * Compares the rows that were written, in both databases; those that are not the same stay in the list. While the former database is
 * written, a row counts as the same if both have shown the same state of it: whatever is written later comes by the stream, and puts it on
 * the list again.
 */
export async function compareRows(former: Client, next: Client, changed: ChangedRows): Promise<void> {
  const tables = changed.take();
  try {
    for (const table of tables) {
      const types = changed.types.get(table.name) ?? (await typesOf(former, table));
      changed.types.set(table.name, types);
      const all = [...table.rows];
      for (let at = 0; at < all.length; at += atOnce) {
        const some = all.slice(at, at + atOnce);
        const keys = some.map(([, key]) => key);
        const [one, other] = await Promise.all([
          statesOf(former, table, types, keys),
          statesOf(next, table, types, keys),
        ]);
        for (const [text] of some) if (one.get(text) === other.get(text)) table.rows.delete(text);
      }
    }
  } finally {
    for (const table of tables) changed.putBack(table);
  }
}

/** The state of each row that is there, by its identity. */
async function statesOf(
  client: Client,
  { name, key }: ChangedTable,
  types: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<ReadonlyMap<string, string>> {
  const list = (form: (column: string, index: number) => string) =>
    key.map((column, index) => form(escapeIdentifier(column), index)).join(', ');
  const given = list((_, index) => `$${index + 1}::text[]::${types[index] ?? 'text'}[]`);
  const same = key.map((column, index) => `compared.${escapeIdentifier(column)} = k."${index}"`).join(' AND ');
  const { rows: found } = await client.query<{ key: readonly string[]; state: string }>(
    `SELECT ARRAY[${list((column) => `compared.${column}::text`)}] AS "key", md5(compared::text) AS "state"
       FROM unnest(${given}) AS k (${key.map((_, index) => `"${index}"`).join(', ')}) JOIN public.${escapeIdentifier(name)} compared ON ${same}`,
    key.map((_, index) => rows.map((row) => row[index])),
  );
  return new Map(found.map(({ key: identity, state }) => [JSON.stringify(identity), state]));
}

async function typesOf(client: Client, { name, key }: ChangedTable): Promise<readonly string[]> {
  const { rows } = await client.query<{ type: string }>(
    `SELECT format_type(a.atttypid, NULL) AS type
       FROM unnest($2::text[]) WITH ORDINALITY AS k (name, place)
       JOIN pg_attribute a ON a.attrelid = $1::regclass AND a.attname = k.name ORDER BY k.place`,
    [`public.${escapeIdentifier(name)}`, key],
  );
  return rows.map(({ type }) => type);
}
