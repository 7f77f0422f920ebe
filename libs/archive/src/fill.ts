import type { Client } from 'pg';
import { closeAbruptly, connectToCopy, type Connect } from './copy.js';
import type { ArchivedSequence } from './manifest.js';
import { setSequences } from './tables.js';

/** How many connections fill; more would not be quicker on two processors. */
export const connections = 2;

/** An empty database with the schema of what it is to hold, which nobody uses yet. */
export interface LoadTarget {
  readonly connect: Connect;
  /** The role that owns the tables. */
  readonly asRole: string;
}

/**
 * The filling of an empty database. Indexes and foreign keys are made when the rows are there: that takes half the time. If it does not
 * come to its end, drop the database: it is of no use.
 */
export class Filling {
  private constructor(
    readonly clients: readonly Client[],
    private readonly later: TakenAway,
  ) {}

  /** `assertFits` looks at the database before anything in it is changed. */
  static async begin(
    { connect, asRole }: LoadTarget,
    assertFits: (main: Client) => Promise<void> = () => Promise.resolve(),
  ): Promise<Filling> {
    const clients: Client[] = [];
    try {
      for (let count = 0; count < connections; count++) clients.push(await connectToCopy(connect, asRole));
      const [main] = clients as [Client];
      await assertFits(main);
      return new Filling(clients, await takeAway(main));
    } catch (error) {
      for (const client of clients) closeAbruptly(client);
      throw error;
    }
  }

  /** Does `work` for each item, by whichever connection is free. Throws the first error once all have stopped. */
  share<T>(items: readonly T[], work: (client: Client, item: T) => Promise<void>): Promise<void> {
    return shared(this.clients, items, work);
  }

  /** Puts back what filling did without, once the rows are there. */
  async settle(sequences: readonly ArchivedSequence[]): Promise<void> {
    const [main] = this.clients as readonly [Client, ...Client[]];
    await this.share(this.later.indexes, async (client, sql) => void (await client.query(sql)));
    for (const sql of this.later.afterwards) await main.query(sql); // Foreign keys lock two tables each: one after the other.
    await setSequences(main, sequences);
  }

  async end(): Promise<void> {
    await this.clients[0]?.query('ANALYZE');
    for (const client of this.clients) await client.end();
  }

  abandon(): void {
    for (const client of this.clients) closeAbruptly(client);
  }
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
