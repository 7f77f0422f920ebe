import type { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { traceQuery } from '@helpdeskly/telemetry';
import pg from 'pg';
import { isQueryTimeout } from './failures.js';
import { sqlState } from './sql-state.js';
import { isStaleStatement } from './stale-statement.js';
import { TransactionAborted } from './transaction-aborted.js';

/** How long the server may take to close a connection, or to finish an error, before we cut the socket. */
const lingerMs = 2000;

/**
 * read_only_sql_transaction: the server has become read-only. As after a stale statement, its connections are useless, although
 * they are still open.
 */
const readOnly = '25006';

/** Private parts of pg's protocol state. We pin pg's version, and tests check that they exist. */
interface Protocol {
  readonly connection: EventEmitter & { readonly stream: Duplex; end(): void };
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly readyForQuery?: boolean;
  readonly _queryQueue: readonly unknown[];
  _getActiveQuery(): unknown;
}

/** Raised when the server has sent more than limitAnswers allows. */
export class AnswersTooLarge extends Error {
  constructor(bytes: number) {
    super(`PostgreSQL has sent more than ${bytes} bytes.`);
  }
}

/** A statement that sends itself and takes its own answer: what pg calls a Submittable. */
export interface OwnStatement extends pg.Submittable {
  readonly text: string;
  /** Set by the connection that runs it. To be called once: with null when the answer is complete, or with the error. */
  callback: ((error: Error | null) => void) | undefined;
}

/** Receives the events of a connection. */
export interface ConnectionObserver<Observed extends Connection = Connection> {
  /** Called when we close it, not when the server or the network ends it. */
  closing(connection: Observed): void;
  /** The server has closed it, or it was never open. */
  gone(connection: Observed): void;
}

/**
 * One connection to PostgreSQL that knows whether another caller may reuse it. Each statement is a span of its caller's trace. It
 * works like pg.Client without callbacks, and in addition:
 *
 * - a COMMIT that PostgreSQL answers with ROLLBACK throws TransactionAborted;
 * - after a statement that got no answer in time, it closes itself and cancels that statement;
 * - it throws an error of PostgreSQL once the server is ready again, so that the transaction's state is known by then.
 */
export class Connection extends pg.Client {
  /** The pool's generation when it was opened; the pool does not reuse connections of earlier generations. */
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

  /** Runs a statement of another kind than pg's, traced and timed as those are. Resolves when its answer is complete. */
  run(statement: OwnStatement): Promise<void> {
    return traceQuery(
      statement.text,
      this.database,
      () =>
        new Promise<void>((resolve, reject) => {
          statement.callback = (error) => (error === null ? resolve() : reject(error));
          super.query(statement);
        }),
    ).catch((error: unknown) => this.failed(error));
  }

  get closing(): boolean {
    return this.isClosing;
  }

  /** Whether it was opened and is, as far as we know, still open. */
  get stands(): boolean {
    return !this.lost && !this.isClosing && this.getTransactionStatus() !== null;
  }

  /** Whether an error has shown that it, and those opened with it, are useless. */
  get outdated(): boolean {
    return this.isOutdated;
  }

  /** Whether another caller may have it: it is open, without an open transaction or an unfinished statement. */
  get reusable(): boolean {
    return this.stands && !this.isOutdated && this.getTransactionStatus() === 'I' && !this.busy;
  }

  /**
   * Closes it; 'end' is emitted when the server has closed it too. First cancels a running statement: otherwise the server would
   * finish that statement, and count the connection until then.
   */
  close(): void {
    if (this.lost || this.isClosing) return;
    this.isClosing = true;
    this.observer?.closing(this as never);
    this.cutSoon();
    if (this.busy) this.cancelStatement(() => this.protocol.connection.end());
    else this.end().catch(() => undefined); // It closes in any case; 'end' is emitted.
  }

  /** Asks the server to cancel the running statement, if any, of a connection that we are about to close. */
  abandon(): void {
    if (this.busy && !this.lost && !this.isClosing) this.cancelStatement(() => undefined);
  }

  /**
   * From now on takes no more than `bytes` from the server: then it cuts the socket, and the running statement fails with AnswersTooLarge.
   * pg reads a message as a whole, and nothing else limits the length of one.
   */
  limitAnswers(bytes: number): void {
    const { stream } = this.protocol.connection;
    let left = bytes;
    stream.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) stream.destroy(new AnswersTooLarge(bytes));
    });
  }

  /** Cuts the socket at once. */
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

  /** Resolves when the server has finished a failed statement. */
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
      connection.on('readyForQuery', done); // After pg's own listener, which has updated its state by then.
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

  /** A peer that went silent never closes the connection. */
  private cutSoon(): void {
    this.linger ??= setTimeout(() => this.cut(), lingerMs).unref();
  }

  /**
   * Calls `then` once the server has received the request, or cannot be reached: a pooler forgets the statements of a client that left.
   * Source: https://www.postgresql.org/docs/18/protocol-message-formats.html, CancelRequest
   */
  private cancelStatement(then: () => void): void {
    const { processID, secretKey } = this.protocol;
    if (processID === null || secretKey === null) return then();
    const request = Buffer.alloc(16);
    [16, 80877102, processID, secretKey].forEach((word, index) => request.writeInt32BE(word, index * 4));
    const socket = connect({ host: this.host, port: this.port });
    socket.on('error', () => undefined); // The server is away, and so is the statement.
    socket.on('connect', () => socket.write(request)); // Like libpq, waits until the server closes the socket.
    socket.on('close', then);
    socket.resume();
    socket.setTimeout(lingerMs, () => socket.destroy());
    socket.unref();
  }

  private get protocol(): Protocol {
    return this as unknown as Protocol;
  }
}
