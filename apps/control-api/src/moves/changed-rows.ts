import type { Relation, Value } from './pgoutput.js';

/** The identities of the rows of a table that were written, by their own text. */
export interface ChangedTable {
  readonly name: string;
  /** The columns of the identity. */
  readonly key: readonly string[];
  readonly rows: Map<string, readonly string[]>;
}

/** The rows that were written since they were last found to be the same in both databases. */
export class ChangedRows {
  /** The types of tables' keys, once somebody has asked: no table changes during a move. */
  readonly types = new Map<string, readonly string[]>();
  private readonly tables = new Map<string, ChangedTable>();

  get size(): number {
    let size = 0;
    for (const { rows } of this.tables.values()) size += rows.size;
    return size;
  }

  add({ name, columns }: Relation, row: readonly Value[]): void {
    let table = this.tables.get(name);
    if (table === undefined) {
      const key = columns.filter(({ isKey }) => isKey).map((column) => column.name);
      this.tables.set(name, (table = { name, key, rows: new Map() }));
    }
    const key = keyOf(columns, row);
    table.rows.set(JSON.stringify(key), key);
  }

  /** Takes everything out. */
  take(): readonly ChangedTable[] {
    const taken = [...this.tables.values()];
    this.tables.clear();
    return taken;
  }

  /** Puts rows back that were not the same. */
  putBack({ name, key, rows }: ChangedTable): void {
    if (rows.size === 0) return;
    const table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, { name, key, rows: new Map(rows) });
    else for (const [text, row] of rows) table.rows.set(text, row);
  }
}

/** Throws if the stream has left a part of the identity out. */
export function keyOf(columns: Relation['columns'], row: readonly Value[]): readonly string[] {
  return columns.flatMap(({ isKey, name }, index) => {
    if (!isKey) return [];
    const value = row[index];
    if (value === undefined || value === null) throw new Error(`a change does not say the ${name} of its row`);
    return [value];
  });
}
