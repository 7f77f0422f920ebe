import type { Client } from 'pg';
import type { Archive } from './archive.js';
import { closeAbruptly, connectToCopy, copyIn, fingerprint, type Connect } from './copy.js';
import { ArchiveInvalid } from './errors.js';
import type { ArchivedTable } from './manifest.js';
import { tablesOf } from './tables.js';

/** How many connections load; more would not be quicker on two processors. */
const connections = 2;

/** An empty database of the archive's schema, which nobody uses yet. */
export interface LoadTarget {
  readonly connect: Connect;
  /** The role that owns the tables. */
  readonly asRole: string;
}

/**
 * Fills a database from an archive, and compares what it holds then with the archive, row for row. Indexes and foreign keys are
 * made when the rows are there: that takes half the time. If it throws, drop the database: it is of no use. Throws ArchiveInvalid,
 * StorageUnavailable.
 */
export async function loadArchive(archive: Archive, { connect, asRole }: LoadTarget): Promise<void> {
  const clients: Client[] = [];
  try {
    for (let count = 0; count < connections; count++) clients.push(await connectToCopy(connect, asRole));
    const [main] = clients as [Client];
    const { tables, sequences } = archive.manifest;
    await assertFits(main, tables);
    const later = await takeAway(main);
    await shared(clients, byBytes(tables), async (client, table) => {
      const rows = await copyIn(client, table, archive.rows(table));
      if (rows !== table.rows) throw new ArchiveInvalid(`${table.name} has ${rows} rows instead of ${table.rows}`);
    });
    await shared(clients, later.indexes, async (client, sql) => void (await client.query(sql)));
    for (const sql of later.afterwards) await main.query(sql); // Foreign keys lock two tables each: one after the other.
    for (const { name, lastValue, isCalled } of sequences)
      await main.query('SELECT setval($1::regclass, $2::bigint, $3)', [
        `public.${main.escapeIdentifier(name)}`,
        lastValue,
        isCalled,
      ]);
    await shared(clients, byBytes(tables), compare);
    await main.query('ANALYZE');
    for (const client of clients) await client.end();
  } catch (error) {
    for (const client of clients) closeAbruptly(client);
    throw error;
  }
}

async function compare(client: Client, table: ArchivedTable): Promise<void> {
  const found = await fingerprint(client, table);
  if (found.rows !== table.rows || found.sha256 !== table.sha256)
    throw new ArchiveInvalid(`${table.name} holds other rows after the restore than in the archive`);
}

/** Tables and columns are those that the archive names: its migrations were applied here. */
async function assertFits(client: Client, tables: readonly ArchivedTable[]): Promise<void> {
  const here = new Map((await tablesOf(client)).map(({ name, columns }) => [name, [...columns].sort().join()]));
  const wrong = tables.find(({ name, columns }) => here.get(name) !== [...columns].sort().join());
  if (wrong !== undefined) throw new ArchiveInvalid(`${wrong.name} has other columns than its schema says`);
  if (here.size !== tables.length) throw new ArchiveInvalid('it lacks tables that its schema says');
}

/** Statements that put back what loading does without. */
interface TakenAway {
  readonly indexes: readonly string[];
  readonly afterwards: readonly string[];
}

/** Takes away foreign keys, the indexes that no constraint needs, and the triggers' effect. The owner may; a superuser is not needed. */
async function takeAway(client: Client): Promise<TakenAway> {
  const keys = await without(client, foreignKeys); // First: a foreign key stands on a unique index.
  const indexes = await without(client, secondaryIndexes);
  const triggers = await without(client, activeTriggers);
  return { indexes, afterwards: [...keys, ...triggers] };
}

const foreignKeys = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS "away",
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS "back"
    FROM pg_constraint
   WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid::regclass::text, conname`;

const secondaryIndexes = `
  SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS "away", pg_get_indexdef(i.indexrelid) AS "back"
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
   ORDER BY c.relname, i.indexrelid`;

const activeTriggers = `
  SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname) AS "away",
         format('ALTER TABLE %s ENABLE %s TRIGGER %I', tgrelid::regclass,
                CASE tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, tgname) AS "back"
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE c.relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgenabled <> 'D'
     AND c.relname <> '_prisma_migrations' ORDER BY tgrelid::regclass::text, tgname`;

/** Takes away what `query` lists; returns the statements that put it back. */
async function without(client: Client, query: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ away: string; back: string }>(query);
  for (const { away } of rows) await client.query(away);
  return rows.map(({ back }) => back);
}

function byBytes(tables: readonly ArchivedTable[]): readonly ArchivedTable[] {
  return [...tables].sort((a, b) => b.bytes - a.bytes);
}

/** Does `work` for each item, by whichever connection is free. Throws the first error once all have stopped. */
async function shared<T>(
  clients: readonly Client[],
  items: readonly T[],
  work: (client: Client, item: T) => Promise<void>,
) {
  const waiting = [...items];
  let broken = false;
  const one = async (client: Client) => {
    for (let item; !broken && (item = waiting.shift()) !== undefined;)
      try {
        await work(client, item);
      } catch (error) {
        broken = true;
        throw error;
      }
  };
  const all = await Promise.allSettled(clients.map(one));
  const failure = all.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
