import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endingAfter } from '@helpdeskly/database';
import pg from 'pg';

/** The events of a listener. The callbacks must not throw. */
export interface ChannelEvents {
  /** Notifications arrive from now on; earlier ones were missed. */
  listening(): void;
  /** Notifications no longer arrive; `heardAt` is the connection's last sign of life. */
  deaf(heardAt: number): void;
  notified(payload: string): void;
}

const heartbeatMs = 2000;
const patienceMs = 3000;
const statementMs = 2000;
const longestPauseMs = 1000;
const farewellMs = 1000;

/** One connection that listens for a channel's notifications, and reconnects whenever it is lost. */
export class ChannelListener {
  private socket: Socket | undefined;
  private nap: AbortController | undefined;
  private closed = false;
  private running: Promise<void> | undefined;
  private up = false;
  private lastSignAt = Number.NEGATIVE_INFINITY;

  /** `clock` in milliseconds, monotonic. */
  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly events: ChannelEvents,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Resolves when the first connection listens, or has failed and is being retried. */
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

  /** The connection's last sign of life. */
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

  /** Listens until the connection is lost; returns whether it was ever open. */
  private async listen(tried: () => void): Promise<boolean> {
    const socket = new Socket();
    this.socket = socket;
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: patienceMs,
      ...endingAfter(statementMs),
      keepAlive: true,
      application_name: 'helpdeskly-catalog-listener',
      stream: () => socket, // We destroy it ourselves: pg ends the connection politely and waits for an answer, which may never come.
    });
    let lost = false;
    const loss = new Promise<void>((resolve) => {
      const lose = () => {
        lost = true; // Other queries report the reason.
        if (this.up) this.nap?.abort(); // Ends the pause between heartbeats, never the pause between attempts.
        resolve();
      };
      client.on('error', lose);
      client.on('end', lose);
    });
    client.on('notification', ({ payload }) => {
      if (!lost) this.events.notified(payload ?? '');
    });
    try {
      await Promise.race([client.connect(), loss]); // pg reports only by an event that a connection ended meanwhile.
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
      return this.up; // Refused or cut off. TenantCatalog reads meanwhile, and throws CatalogUnavailable if it cannot.
    } finally {
      if (this.up) this.events.deaf(this.lastSignAt);
      this.up = false;
      socket.destroy();
    }
  }

  /** Sends a query from time to time, to find a connection that died silently. */
  private async heartbeats(client: pg.Client, over: () => boolean): Promise<void> {
    while (!over()) {
      await this.pause(heartbeatMs);
      if (over()) return;
      await client.query('SELECT 1');
      this.lastSignAt = this.clock(); // Notifications of earlier commits arrived before this answer.
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    this.nap = new AbortController();
    await sleep(milliseconds, undefined, { signal: this.nap.signal }).catch(() => undefined); // Ended early.
  }
}
