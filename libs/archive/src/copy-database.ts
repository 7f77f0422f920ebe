import { Tally } from './content.js';
import { copyIn, copyOut, fingerprint, type Connect, type CopiedTable } from './copy.js';
import { CopyDiffers } from './errors.js';
import { connections, Filling, type LoadTarget } from './fill.js';
import { Snapshot } from './snapshot.js';
import { sequencesOf, type Table } from './tables.js';

/** A database whose rows are copied. */
export interface CopySource {
  /** Opens a direct connection to it. */
  readonly connect: Connect;
  /** The role that owns the tables. */
  readonly asRole: string;
  /** Ends the copying, which then throws. */
  readonly signal: AbortSignal;
}

/** COPY's text of a table, as the copy is to have it; whoever reads it reads all of the source's. */
export type ChangedRows = (rows: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** What the copy has otherwise than the source: nothing of a table, or its rows changed on their way. */
export type CopyChange = (table: CopiedTable) => 'EMPTY' | 'SAME' | ChangedRows;

const asItIs: CopyChange = () => 'SAME';

/** What a database was copied as. */
export interface CopiedState {
  /** The moment, as pg_current_snapshot() writes it. */
  readonly snapshot: string;
  readonly rows: number;
}

/**
 * Copies the rows of a database, all as of one moment, into an empty one, and compares what that holds then row for row, unless `change` makes it another. `prepare` makes that one, with the same tables, while nobody can
 * change those of the source. The source is let go before the indexes of the copy are made. If it throws, drop the copy. Throws
 * NotArchivable, CopyDiffers, SnapshotInTheWay if somebody waits for a lock that it needs, and PostgreSQL's lock_not_available.
 */
export async function copyDatabase(
  source: CopySource,
  prepare: () => Promise<LoadTarget>,
  change: CopyChange = asItIs,
): Promise<CopiedState> {
  const { connect, asRole, signal } = source;
  signal.throwIfAborted();
  const snapshot = await Snapshot.take(connect, asRole);
  let filling: Filling | undefined;
  const stop = () => {
    snapshot.close();
    filling?.abandon();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const target = await prepare();
    signal.throwIfAborted();
    filling = await Filling.begin(target);
    const free = [...filling.clients];
    const copied: { readonly table: Table; readonly rows: number; readonly sha256: string }[] = [];
    const moment = await snapshot.main.query<{ snapshot: string }>('SELECT pg_current_snapshot()::text AS snapshot');
    await snapshot.read(connect, asRole, connections, async (client, table) => {
      const into = free.pop();
      if (into === undefined) throw new Error('There are as many connections that read as connections that write.');
      const changed = change(table);
      const rows = changed === 'EMPTY' ? nothing() : (copyOut(client, table) as AsyncIterable<Buffer>);
      const tally = new Tally();
      const count = await copyIn(into, table, tally.of(typeof changed === 'string' ? rows : changed(rows)));
      copied.push({ table, rows: count, sha256: tally.digest() });
      await client.query('SELECT'); // Its answer comes after that of COPY.
      free.push(into);
    });
    const sequences = await sequencesOf(snapshot.main);
    snapshot.close();
    await filling.settle(sequences);
    await filling.share(change === asItIs ? copied : [], async (client, { table, rows, sha256 }) => {
      const found = await fingerprint(client, table);
      if (found.rows !== rows || found.sha256 !== sha256) throw new CopyDiffers(table.name);
    });
    await filling.end();
    return {
      snapshot: String(moment.rows[0]?.snapshot),
      rows: copied.reduce((sum, { rows }) => sum + rows, 0),
    };
  } catch (error) {
    stop();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function* nothing(): AsyncGenerator<Buffer> {
  // No row.
}
