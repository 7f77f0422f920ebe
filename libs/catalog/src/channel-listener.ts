import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endingAfter } from '@helpdeskly/database';
import pg from 'pg';

/** What a listener tells. None of these may throw. */
export interface ChannelEvents {
  /** Notifications arrive from now on; those of the time before went unheard. */
  listening(): void;
  /** Notifications no longer arrive; `heardAt` is when the connection last gave a sign of life. */
  deaf(heardAt: number): void;
  notified(payload: string): void;
}

const heartbeatMs = 2000;
const patienceMs = 3000;
const statementMs = 2000;
const longestPauseMs = 1000;
const farewellMs = 1000;

/** One connection that listens for a channel's notifications, opened again whenever it is lost. */
export class ChannelListener {
  private socket: Socket | undefined;
  private nap: AbortController | undefined;
  private closed = false;
  private running: Promise<void> | undefined;
  private up = false;
  private lastSignAt = Number.NEGATIVE_INFINITY;

  /** `clock` in milliseconds, from any beginning. */
  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly events: ChannelEvents,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Resolves once the first connection listens, or has failed and is being tried again. */
  start(): Promise<void> {
    return new Promise((tried) => {
      this.running = this.run(tried);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.nap?.abort();
    if (!this.up) this.socket?.destroy();
    await this.running;
  }

  get listening(): boolean {
    return this.up;
  }

  /** When the connection last gave a sign of life. */
  get heardAt(): number {
    return this.lastSignAt;
  }

  private async run(tried: () => void): Promise<void> {
    for (let failures = 0; !this.closed; failures++) {
      if (await this.listen(tried)) failures = 0;
      tried();
      if (!this.closed) await this.pause(Math.min(50 * 2 ** failures, longestPauseMs));
    }
  }

  /** Listens until the connection is lost; answers whether it ever stood. */
  private async listen(tried: () => void): Promise<boolean> {
    const socket = new Socket();
    this.socket = socket;
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: patienceMs,
      ...endingAfter(statementMs),
      keepAlive: true,
      application_name: 'helpdeskly-catalog-listener',
      stream: () => socket, // Ours to destroy: pg says goodbye and then waits for an answer, which may never come.
    });
    let lost = false;
    const loss = new Promise<void>((resolve) => {
      const lose = () => {
        lost = true; // Why, is said again by whatever waits for the connection.
        if (this.up) this.nap?.abort(); // It naps between questions; else between attempts, which a late farewell must not hurry.
        resolve();
      };
      client.on('error', lose);
      client.on('end', lose);
    });
    client.on('notification', ({ payload }) => {
      if (!lost) this.events.notified(payload ?? '');
    });
    try {
      await Promise.race([client.connect(), loss]); // Of a connection that is ended meanwhile, pg tells by an event alone.
      if (lost) return false;
      await client.query(`LISTEN ${pg.escapeIdentifier(this.channel)}`);
      this.lastSignAt = this.clock();
      this.up = true;
      this.events.listening();
      tried();
      await this.heartbeats(client, () => lost || this.closed);
      if (!lost) await Promise.race([client.end(), sleep(farewellMs, undefined, { ref: false })]);
      return true;
    } catch {
      return this.up; // Refused or cut off. TenantCatalog reads meanwhile, and says CatalogUnavailable when it cannot.
    } finally {
      if (this.up) this.events.deaf(this.lastSignAt);
      this.up = false;
      socket.destroy();
    }
  }

  /** A connection that died silently is found by a question every now and then. */
  private async heartbeats(client: pg.Client, over: () => boolean): Promise<void> {
    while (!over()) {
      await this.pause(heartbeatMs);
      if (over()) return;
      await client.query('SELECT 1');
      this.lastSignAt = this.clock(); // Notifications of what was committed before have come before this answer.
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    this.nap = new AbortController();
    await sleep(milliseconds, undefined, { signal: this.nap.signal }).catch(() => undefined); // Ended early.
  }
}
