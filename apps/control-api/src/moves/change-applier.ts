import { escapeIdentifier, type Client } from 'pg';
import { keyOf, type ChangedRows } from './changed-rows.js';
import { CannotMove } from './errors.js';
import type { Change, Column, Relation, Value } from './pgoutput.js';
import { isInSnapshot } from './snapshot-cut.js';

/** Repeats changes in a copy of the database in which they were made, and keeps which rows they touched. */
export class ChangeApplier {
  private readonly relations = new Map<number, Relation>();

  /** `snapshot`: what the copy holds already. `client` must neither fire triggers nor check foreign keys. */
  constructor(
    private readonly client: Client,
    private readonly snapshot: string,
    private readonly changed: ChangedRows,
  ) {}

  /** All of them or none. Throws CannotMove for what the stream cannot carry, and for a row that the copy lacks. */
  async apply(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    await this.client.query('BEGIN');
    let isCopied = false;
    for (const change of changes) {
      if (change.kind === 'begin') isCopied = isInSnapshot(change.xid, this.snapshot);
      else if (change.kind === 'relation') this.learn(change.relation);
      else if (!isCopied) await this.repeat(change);
    }
    await this.client.query('COMMIT');
  }

  private learn(relation: Relation): void {
    const before = this.relations.get(relation.id);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(relation))
      throw new CannotMove(`the table ${relation.name} was altered while it was copied`);
    if (!relation.columns.some(({ isKey }) => isKey))
      throw new CannotMove(`the table ${relation.name} has no key by which a change finds its row`);
    this.relations.set(relation.id, relation);
  }

  private async repeat(change: Change): Promise<void> {
    switch (change.kind) {
      case 'insert': {
        const relation = this.relation(change.relationId);
        const { name, columns } = relation;
        await this.write(
          `INSERT INTO ${tableOf(name)} (${columns.map((column) => escapeIdentifier(column.name)).join(', ')})
           OVERRIDING SYSTEM VALUE VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
          change.row,
          relation,
        );
        return this.changed.add(relation, change.row);
      }
      case 'update':
        return this.update(this.relation(change.relationId), change.key ?? change.row, change.row);
      case 'delete': {
        const relation = this.relation(change.relationId);
        const where = whereOf(relation.columns, 0);
        await this.write(
          `DELETE FROM ${tableOf(relation.name)} WHERE ${where}`,
          keyOf(relation.columns, change.key),
          relation,
        );
        return this.changed.add(relation, change.key);
      }
      case 'truncate':
        throw new CannotMove('a table was truncated while it was copied');
      default:
        return undefined;
    }
  }

  private async update(relation: Relation, key: readonly Value[], row: readonly Value[]): Promise<void> {
    const { name, columns } = relation;
    const sent = columns
      .map((column, index) => ({ column, value: row[index] }))
      .filter(({ value }) => value !== undefined);
    const set = sent.map(({ column }, index) => `${escapeIdentifier(column.name)} = $${index + 1}`).join(', ');
    const values = [...sent.map(({ value }) => value), ...keyOf(columns, key)];
    await this.write(`UPDATE ${tableOf(name)} SET ${set} WHERE ${whereOf(columns, sent.length)}`, values, relation);
    this.changed.add(relation, key);
    this.changed.add(relation, row);
  }

  private async write(text: string, values: readonly Value[], { name }: Relation): Promise<void> {
    const { rowCount } = await this.client.query(text, [...values]);
    if (rowCount !== 1) throw new CannotMove(`a change of ${name} found no row in the copy`);
  }

  private relation(id: number): Relation {
    const relation = this.relations.get(id);
    if (relation === undefined) throw new Error('a change is of a table that the stream has not named');
    return relation;
  }
}

const tableOf = (name: string) => `public.${escapeIdentifier(name)}`;

function whereOf(columns: readonly Column[], after: number): string {
  const key = columns.filter(({ isKey }) => isKey);
  return key.map(({ name }, index) => `${escapeIdentifier(name)} = $${after + index + 1}`).join(' AND ');
}
