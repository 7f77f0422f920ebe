import { Redis, type RedisOptions } from 'ioredis';
import type { ChannelEars, MessageChannel } from './message-channel.js';

const patienceMs = 2000;
const longestPauseMs = 1000;

const options: RedisOptions = {
  connectTimeout: patienceMs,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), longestPauseMs),
  autoResubscribe: false, // Whoever listens is told when it begins to.
};

/** A channel in Redis, for which two connections are open: one that sends, and one that listens once asked to. */
export class RedisChannel implements MessageChannel {
  readonly longest = 60_000;
  private readonly sender: Redis;
  private hearer: Redis | undefined;

  constructor(
    private readonly url: string,
    private readonly channel: string,
  ) {
    this.sender = new Redis(url, {
      ...options,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: patienceMs,
    });
    this.sender.on('error', () => undefined); // `send` throws.
  }

  async send(payload: string): Promise<void> {
    await this.sender.publish(this.channel, payload);
  }

  listen(ears: ChannelEars): void {
    const hearer = new Redis(this.url, { ...options, maxRetriesPerRequest: null });
    this.hearer = hearer;
    let up = false;
    hearer.on('error', () => undefined); // It connects again by itself.
    hearer.on('message', (_channel: string, payload: string) => ears.notified(payload));
    hearer.on('ready', () => {
      hearer.subscribe(this.channel).then(
        () => {
          up = true;
          ears.listening();
        },
        () => hearer.disconnect(true),
      );
    });
    hearer.on('close', () => {
      if (up) ears.deaf();
      up = false;
    });
  }

  listenAnew(): void {
    this.hearer?.disconnect(true);
  }

  close(): Promise<void> {
    this.sender.disconnect();
    this.hearer?.disconnect();
    return Promise.resolve();
  }
}
