import { connect } from 'node:net';
import { isQueryTimeout, sqlState } from '@helpdeskly/database';
import { traceQuery } from '@helpdeskly/telemetry';
import pg from 'pg';

/** How long the server may take to let go of a connection before its socket is cut. */
const lingerMs = 2000;

/** What pg knows of a connection's protocol and does not publish: pinned by the version, proved by the tests. */
interface Protocol {
  readonly connection: { readonly stream: { destroy(): void }; end(): void };
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly _queryQueue: readonly unknown[];
  _getActiveQuery(): unknown;
}

/** Whom a connection tells how it fares. */
export interface ConnectionObserver {
  /** It says goodbye. Not called when the server, or the network, ends it. */
  closing(connection: TenantConnection): void;
  /** The server has let go of it; or it never stood. */
  gone(connection: TenantConnection): void;
}

/** One connection to a tenant's database, from the first attempt to open it until the server has let go of it. */
export class TenantConnection extends pg.Client {
  /** When it was given back last, in milliseconds of the clock. */
  usedAt = Date.now();
  /** Set by the pool that lends it. */
  release: (reason?: Error | boolean) => void = () => undefined;
  private lost = false;
  private isClosing = false;
  private linger: NodeJS.Timeout | undefined;

  constructor(
    settings: pg.ClientConfig,
    private readonly observer: ConnectionObserver,
  ) {
    super(settings);
    this.on('error', () => this.lose()); // 'end' follows.
    this.once('end', () => {
      this.lost = true;
      clearTimeout(this.linger);
      observer.gone(this);
    });
  }

  /** As pg's, without callbacks. After a statement that was not answered in time the connection is of no use to anybody. */
  override query = ((config: string | pg.QueryConfig, values?: unknown[]): Promise<unknown> => {
    const text = typeof config === 'string' ? config : config.text;
    const result = traceQuery(text, this.database, () => super.query(config as pg.QueryConfig, values));
    result.catch((error: unknown) => {
      if (isQueryTimeout(error) && sqlState(error) === undefined) this.close();
    });
    return result;
  }) as pg.Client['query'];

  get closing(): boolean {
    return this.isClosing;
  }

  /** Whether it was opened and nothing is known to have ended it. */
  get stands(): boolean {
    return !this.lost && !this.isClosing && this.getTransactionStatus() !== null;
  }

  /** Whether somebody else may have it: it stands, no transaction is open on it, and no statement is left over. */
  get reusable(): boolean {
    return this.stands && this.getTransactionStatus() === 'I' && !this.busy;
  }

  /**
   * Says goodbye; 'end' tells when the server has let go. A statement that still runs is cancelled first, for otherwise
   * the server would work on, and count the connection, until that statement's end.
   */
  close(): void {
    if (this.lost || this.isClosing) return;
    this.isClosing = true;
    this.observer.closing(this);
    this.cutSoon();
    if (this.busy) this.cancelStatement(() => this.protocol.connection.end());
    else this.end().catch(() => undefined); // It is going either way; 'end' is emitted.
  }

  /** Cuts the socket where it is. */
  cut(): void {
    this.protocol.connection.stream.destroy();
  }

  /** Not so after an error of PostgreSQL's, even while the server's last word on that statement is still under way. */
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
