import { Connection, type ConnectionObserver } from '@helpdeskly/database';
import pg from 'pg';

/** What pg sends to begin a session, which it does not publish: pinned by the version, proved by the tests. */
const client = pg.Client.prototype as unknown as { getStartupConf(): Record<string, string> };

/** One connection to a tenant's database, from the first attempt to open it until the server has let go of it. */
export class TenantConnection extends Connection {
  /** When it was given back last, in milliseconds of the clock. */
  usedAt = Date.now();
  /** Set by the pool that lends it. */
  release: (reason?: Error | boolean) => void = () => undefined;

  /** `session`: settings that it begins with, by name. */
  constructor(
    settings: pg.ClientConfig,
    private readonly session: Readonly<Record<string, string>>,
    observer: ConnectionObserver<TenantConnection>,
  ) {
    super(settings, observer);
  }

  /** Called by pg when it connects. */
  getStartupConf(): Record<string, string> {
    return { ...client.getStartupConf.call(this), ...this.session };
  }
}
