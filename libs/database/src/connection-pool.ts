import { inSpan } from '@helpdeskly/telemetry';
import pg from 'pg';
import { Connection } from './connection.js';
import { isStaleStatement } from './stale-statement.js';

type Lent = Connection & pg.PoolClient;
type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

// pg.Pool declares `connect` and `query` with overloads that a subclass cannot narrow to the forms that we use.
type BasePool = Omit<pg.Pool, 'connect' | 'query'> & { connect(): Promise<pg.PoolClient> };
const BasePool = pg.Pool as unknown as new (config: pg.PoolConfig) => BasePool;

/**
 * A pool of Connections to one database, without a pooler in between. It does not reuse a connection that returns with an open
 * transaction or a running statement; an SQL error alone costs no connection. After an error that makes connections outdated, it does
 * not reuse connections opened before it, and runs a statement outside a transaction once more.
 */
export class ConnectionPool extends BasePool {
  private generation = 0;

  constructor(settings: pg.PoolConfig) {
    super({ ...settings, Client: Connection });
    this.on('error', () => undefined); // An idle connection was lost. The pool has dropped it, and the next query opens another.
    this.on('connect', (connection) => void ((connection as Lent).generation = this.generation));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    const lent = this.lend();
    if (callback === undefined) return lent;
    lent.then(
      (connection) => callback(undefined, connection, (reason) => connection.release(reason)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
  }

  /** Runs one statement on its own connection. */
  async query<Row extends pg.QueryResultRow>(
    config: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    try {
      return await this.ask<Row>(config, values);
    } catch (error) {
      if (!isStaleStatement(error)) throw error;
      return this.ask<Row>(config, values);
    }
  }

  private async ask<Row extends pg.QueryResultRow>(
    config: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const connection = await (this.idleCount === 0
      ? inSpan('wait for a connection', {}, () => this.lend())
      : this.lend());
    try {
      return await connection.query<Row>(config as string, values);
    } finally {
      connection.release();
    }
  }

  private async lend(): Promise<Lent> {
    for (;;) {
      const connection = (await super.connect()) as Lent;
      if (connection.generation === this.generation) return this.watch(connection);
      connection.release(true);
    }
  }

  private watch(connection: Lent): Lent {
    const giveBack = connection.release.bind(connection);
    connection.release = (reason) => {
      if (connection.outdated && connection.generation === this.generation) this.generation++;
      const spoiled = !connection.reusable || connection.generation !== this.generation;
      if (spoiled) connection.abandon(); // pg only cuts the socket, and the server would continue the statement.
      giveBack(spoiled ? true : reason);
    };
    return connection;
  }
}
