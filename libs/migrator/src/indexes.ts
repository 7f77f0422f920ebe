import pg from 'pg';
import { InvalidIndex } from './errors.js';
import type { IndexWork } from './index-work.js';

/**
 * Indexes that queries cannot use, and that nobody is building: of tables that the present role owns. Partitioned ones are
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

interface Found {
  /** With its schema, quoted. */
  readonly name: string;
  /** Whether REINDEX CONCURRENTLY made it for itself. */
  readonly isLeftover: boolean;
}

/** Drops what a try that was broken off has left: an invalid index of the name that is to be built. */
export async function dropLeftovers(client: pg.ClientBase, work: IndexWork): Promise<void> {
  for (const { name } of await leftovers(client, work)) await drop(client, name);
}

/** Throws InvalidIndex unless what was built serves. */
export async function assertBuilt(client: pg.ClientBase, work: IndexWork): Promise<void> {
  const [left] = await leftovers(client, work);
  if (left !== undefined) throw new InvalidIndex(left.name);
}

/** Whether the work of a try that died before it was recorded is done. */
export async function isDone(client: pg.ClientBase, work: IndexWork): Promise<boolean> {
  switch (work.kind) {
    case 'rebuild':
      return false;
    case 'drop': {
      const { rows } = await client.query<{ gone: boolean }>('SELECT to_regclass($1) IS NULL AS gone', [
        quoted(work.index),
      ]);
      return rows[0]?.gone === true;
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
 * Leaves no invalid index: drops what REINDEX left and builds the others anew, which an earlier try took for valid. Throws
 * InvalidIndex for one that cannot be built.
 */
export async function settleIndexes(client: pg.ClientBase): Promise<void> {
  for (const { name, isLeftover } of await find(client, invalid)) {
    if (isLeftover) await drop(client, name);
    else await rebuild(client, name);
  }
}

async function rebuild(client: pg.ClientBase, name: string): Promise<void> {
  try {
    await client.query(`REINDEX INDEX CONCURRENTLY ${name}`);
  } catch (error) {
    await dropLeftovers(client, { kind: 'rebuild' }).catch(() => undefined); // Why it cannot be built says more.
    throw new InvalidIndex(name, error);
  }
}

function leftovers(client: pg.ClientBase, work: IndexWork): Promise<readonly Found[]> {
  switch (work.kind) {
    case 'drop':
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

async function drop(client: pg.ClientBase, name: string): Promise<void> {
  await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}

function quoted({ schema, name }: { readonly schema: string | undefined; readonly name: string }): string {
  return [...(schema === undefined ? [] : [schema]), name].map((part) => pg.escapeIdentifier(part)).join('.');
}
