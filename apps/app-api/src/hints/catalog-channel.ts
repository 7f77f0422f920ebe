import { ChannelListener, type TenantCatalog } from '@helpdeskly/catalog';
import type { ChannelEars, MessageChannel } from '@helpdeskly/queue';

/** A channel of the control database, where there is no Redis. */
export class CatalogChannel implements MessageChannel {
  /** PostgreSQL takes payloads of less than 8000 bytes. Source: https://www.postgresql.org/docs/18/sql-notify.html */
  readonly longest = 7700;
  private listener: ChannelListener | undefined;

  constructor(
    private readonly catalog: Pick<TenantCatalog, 'query'>,
    private readonly url: string,
    private readonly channel: string,
  ) {}

  /** Nobody waits for the disk: a notification that a crash of the server takes is one that was lost. */
  async send(payload: string): Promise<void> {
    await this.catalog.query(`SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [
      this.channel,
      payload,
    ]);
  }

  listen(ears: ChannelEars): void {
    this.listener = new ChannelListener(this.url, this.channel, ears);
    void this.listener.start();
  }

  /** Its listener asks its connection every two seconds whether it stands. */
  listenAnew(): void {}

  async close(): Promise<void> {
    await this.listener?.close();
  }
}
