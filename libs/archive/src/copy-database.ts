import { copyIn, copyOut, type Connect, type CopiedTable } from './copy.js';
import { connections, Filling, type LoadTarget } from './fill.js';
import { Snapshot } from './snapshot.js';
import { sequencesOf } from './tables.js';

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

/**
 * Copies the rows of a database, all as of one moment, into an empty one. `prepare` makes that one, with the same tables, while nobody can
 * change those of the source. The source is let go before the indexes of the copy are made. If it throws, drop the copy. Throws
 * NotArchivable, SnapshotInTheWay if somebody waits for a lock that it needs, and PostgreSQL's lock_not_available.
 */
export async function copyDatabase(
  source: CopySource,
  prepare: () => Promise<LoadTarget>,
  change: CopyChange = asItIs,
): Promise<void> {
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
    await snapshot.read(connect, asRole, connections, async (client, table) => {
      const into = free.pop();
      if (into === undefined) throw new Error('There are as many connections that read as connections that write.');
      const changed = change(table);
      const rows = changed === 'EMPTY' ? nothing() : (copyOut(client, table) as AsyncIterable<Buffer>);
      await copyIn(into, table, typeof changed === 'string' ? rows : changed(rows));
      await client.query('SELECT'); // Its answer comes after that of COPY.
      free.push(into);
    });
    const sequences = await sequencesOf(snapshot.main);
    snapshot.close();
    await filling.settle(sequences);
    await filling.end();
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
