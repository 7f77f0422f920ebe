import pg from 'pg';
import { InvalidIndex } from './errors.js';
import type { Leftover } from './leftover.js';
import type { ConcurrentWork } from './concurrent-work.js';

/**
 * Indexes that queries cannot use and that nobody is building, of tables that the current role owns. Partitioned indexes are
 * invalid until each partition has its own, which is no fault.
 */
const invalid = `
  SELECT format('%I.%I', n.nspname, c.relname) AS "name", c.relname ~ '_cc(?:new|old)[0-9]*$' AS "isLeftover"
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'i' AND NOT (i.indisvalid AND i.indisready AND i.indislive)
     AND n.nspname <> 'pg_catalog' AND pg_has_role(c.relowner, 'USAGE')
     AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)`;

type Detachment = Extract<ConcurrentWork, { kind: 'detach' }>;

interface Found {
  /** With its schema, quoted. */
  readonly name: string;
  /** Whether REINDEX CONCURRENTLY created it as its own copy. */
  readonly isLeftover: boolean;
}

/** What an interrupted try of `work` left behind. */
export async function leftoversOf(client: pg.ClientBase, work: ConcurrentWork): Promise<readonly Leftover[]> {
  if (work.kind === 'detach') return (await isPending(client, work)) ? [halfDetached(work)] : [];
  return (await leftovers(client, work)).map(({ name }) => ({
    description: `the invalid index ${name}`,
    remedy: dropOf(name),
  }));
}

/** Removes leftovers. Returns those that it could not remove, with the reason. */
export async function clear(
  client: pg.ClientBase,
  left: readonly Leftover[],
): Promise<{ readonly left: readonly Leftover[]; readonly error: Error | undefined }> {
  for (const [index, { remedy }] of left.entries()) {
    try {
      await client.query(remedy);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { left: left.slice(index), error };
    }
  }
  return { left: [], error: undefined };
}

/** Throws InvalidIndex unless the new index is valid. */
export async function assertBuilt(client: pg.ClientBase, work: ConcurrentWork): Promise<void> {
  const [left] = await leftovers(client, work);
  if (left !== undefined) throw new InvalidIndex(left.name);
}

export function halfDetached({ table, partition }: Detachment): Leftover {
  return {
    description: `the partition ${quoted(partition)}, half detached from ${quoted(table)}`,
    remedy: `ALTER TABLE ${quoted(table)} DETACH PARTITION ${quoted(partition)} FINALIZE`,
  };
}

/** Source: https://www.postgresql.org/docs/18/catalog-pg-inherits.html, inhdetachpending */
async function isPending(client: pg.ClientBase, { table, partition }: Detachment): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2) AND inhdetachpending',
    [quoted(table), quoted(partition)],
  );
  return rowCount === 1;
}

/** Whether a try finished the work but died before it recorded that. */
export async function isDone(client: pg.ClientBase, work: ConcurrentWork): Promise<boolean> {
  switch (work.kind) {
    case 'rebuild':
      return false;
    case 'drop': {
      const { rows } = await client.query<{ gone: boolean }>('SELECT to_regclass($1) IS NULL AS gone', [
        quoted(work.index),
      ]);
      return rows[0]?.gone === true;
    }
    case 'detach': {
      const { rows } = await client.query<{ apart: boolean }>(
        `SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AND NOT EXISTS (
           SELECT FROM pg_inherits WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)) AS apart`,
        [quoted(work.table), quoted(work.partition)],
      );
      return rows[0]?.apart === true;
    }
    case 'create': {
      if (work.index === undefined) return false;
      const { rowCount } = await client.query(
        `SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
          WHERE i.indrelid = to_regclass($1) AND c.relname = $2::name AND i.indisvalid AND i.indisready`,
        [quoted(work.table), work.index],
      );
      return rowCount === 1;
    }
  }
}

/**
 * Leaves no invalid index: it drops copies that REINDEX left, and rebuilds others, which an earlier try took for valid. Throws
 * InvalidIndex for an index that cannot be built.
 */
export async function settleIndexes(client: pg.ClientBase): Promise<void> {
  for (const { name, isLeftover } of await find(client, invalid)) {
    if (isLeftover) await client.query(dropOf(name));
    else await rebuild(client, name);
  }
}

async function rebuild(client: pg.ClientBase, name: string): Promise<void> {
  try {
    await client.query(`REINDEX INDEX CONCURRENTLY ${name}`);
  } catch (error) {
    // The reason why it cannot be built says more.
    await leftoversOf(client, { kind: 'rebuild' }).then(
      (left) => clear(client, left),
      () => undefined,
    );
    throw new InvalidIndex(name, error);
  }
}

function leftovers(client: pg.ClientBase, work: ConcurrentWork): Promise<readonly Found[]> {
  switch (work.kind) {
    case 'drop':
    case 'detach':
      return Promise.resolve([]);
    case 'rebuild':
      return find(client, `SELECT * FROM (${invalid}) AS found WHERE "isLeftover"`);
    case 'create':
      return find(
        client,
        `${invalid}
          AND CASE WHEN $2::text IS NULL THEN i.indrelid = to_regclass($1)
                   ELSE c.relname = $2::name
                        AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass($1)) END`,
        [quoted(work.table), work.index ?? null],
      );
  }
}

async function find(client: pg.ClientBase, sql: string, values: unknown[] = []): Promise<readonly Found[]> {
  return (await client.query<Found>(sql, values)).rows;
}

function dropOf(name: string): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${name}`;
}

function quoted({ schema, name }: { readonly schema: string | undefined; readonly name: string }): string {
  return [...(schema === undefined ? [] : [schema]), name].map((part) => pg.escapeIdentifier(part)).join('.');
}
