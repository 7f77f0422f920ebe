import type { Client } from 'pg';
import { publicationName } from '../tenant-databases/names.js';
import { readChange, type Change } from './pgoutput.js';

/** After so many changes one reading ends, with the transaction that it is in. */
const atOnce = 20_000;

/** The changes of a database since its slot was made, each read once. */
export class ChangeStream {
  constructor(
    private readonly client: Client,
    private readonly slot: string,
  ) {}

  /** What was committed since the last reading: whole transactions, in the order of their commits. */
  async read(): Promise<readonly Change[]> {
    const { rows } = await this.client.query<{ data: Buffer }>(
      `SELECT data FROM pg_logical_slot_get_binary_changes($1, NULL, ${atOnce}, 'proto_version', '1', 'publication_names', $2)`,
      [this.slot, publicationName],
    );
    return rows.map(({ data }) => readChange(data));
  }

  /** Everything that is committed now; nobody writes any more. */
  async *rest(): AsyncGenerator<readonly Change[]> {
    const end = await this.end();
    for (;;) {
      yield await this.read();
      const { rows } = await this.client.query<{ reached: boolean }>(
        'SELECT confirmed_flush_lsn >= $2::pg_lsn AS reached FROM pg_replication_slots WHERE slot_name = $1',
        [this.slot, end],
      );
      if (rows[0]?.reached === true) return;
    }
  }

  /** How many bytes the server has written since what was read. */
  async lag(): Promise<bigint> {
    const { rows } = await this.client.query<{ lag: string }>(
      `SELECT greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint::text AS lag
         FROM pg_replication_slots WHERE slot_name = $1`,
      [this.slot],
    );
    return BigInt(rows[0]?.lag ?? 0);
  }

  /** A commit that waits for the disk takes along every one before it, those too that did not wait: only what is there is read. */
  private async end(): Promise<string> {
    await this.client.query(
      `BEGIN READ WRITE; SET LOCAL synchronous_commit = on; SELECT pg_logical_emit_message(true, '${publicationName}', 'end'); COMMIT`,
    );
    const { rows } = await this.client.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    return String(rows[0]?.lsn);
  }
}
