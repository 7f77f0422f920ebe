import type { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { traceQuery } from '@helpdeskly/telemetry';
import pg from 'pg';
import { isQueryTimeout } from './failures.js';
import { sqlState } from './sql-state.js';
import { isStaleStatement } from './stale-statement.js';
import { TransactionAborted } from './transaction-aborted.js';

/** How long the server may take to let go of a connection, or to end an error, before the socket is cut. */
const lingerMs = 2000;

/**
 * read_only_sql_transaction: the server has become a read-only one. As after a stale statement, its connections are of no use,
 * though they stand.
 */
const readOnly = '25006';

/** What pg knows of a connection's protocol and does not publish: pinned by the version, proved by the tests. */
interface Protocol {
  readonly connection: EventEmitter & { readonly stream: { destroy(): void }; end(): void };
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly readyForQuery?: boolean;
  readonly _queryQueue: readonly unknown[];
  _getActiveQuery(): unknown;
}

/** Whom a connection tells how it fares. */
export interface ConnectionObserver<Observed extends Connection = Connection> {
  /** It says goodbye. Not called when the server, or the network, ends it. */
  closing(connection: Observed): void;
  /** The server has let go of it; or it never stood. */
  gone(connection: Observed): void;
}

/**
 * One connection to PostgreSQL that knows whether somebody else may have it. Its statements are spans of the trace that they
 * are asked in. As pg.Client's, without callbacks; besides,
 *
 * - a COMMIT that PostgreSQL answers with ROLLBACK throws TransactionAborted;
 * - after a statement that was not answered in time the connection is closed, and that statement cancelled;
 * - an error of PostgreSQL's is thrown once the server is ready again, so that the transaction's state is known then.
 */
export class Connection extends pg.Client {
  /** Which connections of its pool it was opened with: those of an earlier generation serve nobody again. */
  generation = 0;
  private abortedBy: unknown;
  private isOutdated = false;
  private lost = false;
  private isClosing = false;
  private linger: NodeJS.Timeout | undefined;

  constructor(
    settings?: pg.ClientConfig,
    private readonly observer?: ConnectionObserver<never>,
  ) {
    super(settings);
    this.on('error', () => this.lose()); // 'end' follows.
    this.once('end', () => {
      this.lost = true;
      clearTimeout(this.linger);
      observer?.gone(this as never);
    });
  }

  override query = ((config: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> => {
    const text = typeof config === 'string' ? config : config.text;
    return traceQuery(
      text,
      this.database,
      () => super.query(config as pg.QueryConfig, values) as Promise<pg.QueryResult>,
    ).then(
      (result) => this.answered(text, result),
      (error: unknown) => this.failed(error),
    );
  }) as pg.Client['query'];

  get closing(): boolean {
    return this.isClosing;
  }

  /** Whether it was opened and nothing is known to have ended it. */
  get stands(): boolean {
    return !this.lost && !this.isClosing && this.getTransactionStatus() !== null;
  }

  /** Whether an error has shown that neither it nor those opened with it are of use any more. */
  get outdated(): boolean {
    return this.isOutdated;
  }

  /** Whether somebody else may have it: it stands, no transaction is open on it, and no statement is left over. */
  get reusable(): boolean {
    return this.stands && !this.isOutdated && this.getTransactionStatus() === 'I' && !this.busy;
  }

  /**
   * Says goodbye; 'end' tells when the server has let go. A statement that still runs is cancelled first, for otherwise
   * the server would work on, and count the connection, until that statement's end.
   */
  close(): void {
    if (this.lost || this.isClosing) return;
    this.isClosing = true;
    this.observer?.closing(this as never);
    this.cutSoon();
    if (this.busy) this.cancelStatement(() => this.protocol.connection.end());
    else this.end().catch(() => undefined); // It is going either way; 'end' is emitted.
  }

  /** Asks the server to end the statement that still runs, if any: of a connection that is about to be closed. */
  abandon(): void {
    if (this.busy && !this.lost && !this.isClosing) this.cancelStatement(() => undefined);
  }

  /** Cuts the socket where it is. */
  cut(): void {
    this.protocol.connection.stream.destroy();
  }

  private answered(text: string, result: pg.QueryResult): pg.QueryResult {
    if (result.command === 'ROLLBACK' && !/^\s*(?:rollback|abort)\b/i.test(text)) {
      const cause = this.abortedBy;
      this.abortedBy = undefined;
      throw new TransactionAborted(cause);
    }
    if (this.abortedBy !== undefined && this.getTransactionStatus() !== 'E') this.abortedBy = undefined;
    return result;
  }

  private async failed(error: unknown): Promise<never> {
    const state = sqlState(error);
    if (isStaleStatement(error) || state === readOnly) this.isOutdated = true;
    if (state === undefined && isQueryTimeout(error)) this.close();
    else if (error instanceof pg.DatabaseError) await this.settled();
    if (this.getTransactionStatus() === 'E') this.abortedBy ??= error;
    throw error;
  }

  /** Resolves when the server has said its last word on a statement that failed. */
  private settled(): Promise<void> {
    const { connection, readyForQuery } = this.protocol;
    if (this.lost || readyForQuery === true) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(() => this.cut(), lingerMs);
      const done = () => {
        clearTimeout(late);
        connection.off('readyForQuery', done);
        connection.off('end', done);
        resolve();
      };
      connection.on('readyForQuery', done); // After pg's own listener, which has taken over the state by then.
      connection.on('end', done);
    });
  }

  private get busy(): boolean {
    const active = this.protocol._getActiveQuery();
    return (active !== null && active !== undefined) || this.protocol._queryQueue.length > 0;
  }

  private lose(): void {
    this.lost = true;
    this.cutSoon();
  }

  /** A peer that went silent never says goodbye. */
  private cutSoon(): void {
    this.linger ??= setTimeout(() => this.cut(), lingerMs).unref();
  }

  /**
   * Goes on once the server has taken note, or cannot be asked: a pooler forgets the statements of who has left.
   * Source: https://www.postgresql.org/docs/18/protocol-message-formats.html, CancelRequest
   */
  private cancelStatement(then: () => void): void {
    const { processID, secretKey } = this.protocol;
    if (processID === null || secretKey === null) return then();
    const request = Buffer.alloc(16);
    [16, 80877102, processID, secretKey].forEach((word, index) => request.writeInt32BE(word, index * 4));
    const socket = connect({ host: this.host, port: this.port });
    socket.on('error', () => undefined); // The server is away, and the statement with it.
    socket.on('connect', () => socket.write(request)); // Like libpq, waits for the other side to hang up.
    socket.on('close', then);
    socket.resume();
    socket.setTimeout(lingerMs, () => socket.destroy());
    socket.unref();
  }

  private get protocol(): Protocol {
    return this as unknown as Protocol;
  }
}
