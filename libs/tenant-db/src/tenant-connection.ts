import { Connection, type ConnectionObserver } from '@helpdeskly/database';
import pg from 'pg';

/** What pg sends to begin a session, which it does not publish: pinned by the version, proved by the tests. */
const client = pg.Client.prototype as unknown as { getStartupConf(): Record<string, string> };

/** One connection to a tenant's database, from the first attempt to open it until the server has let go of it. */
export class TenantConnection extends Connection {
  /** When it was given back last, in milliseconds of the clock. */
  usedAt = Date.now();
  private readonly endsAt: number;
  /** Set by the pool that lends it. */
  release: (reason?: Error | boolean) => void = () => undefined;

  /** `session`: settings that it begins with, by name. `lifeMs`: how long it may serve; a fifth of that is left to chance. */
  constructor(
    settings: pg.ClientConfig,
    private readonly session: Readonly<Record<string, string>>,
    lifeMs: number,
    observer: ConnectionObserver<TenantConnection>,
  ) {
    super(settings, observer);
    this.endsAt = Date.now() + lifeMs * (1 - Math.random() / 5);
  }

  /** Nor does anybody get one that has lived long enough. */
  override get reusable(): boolean {
    return super.reusable && Date.now() < this.endsAt;
  }

  /** Called by pg when it connects. */
  getStartupConf(): Record<string, string> {
    return { ...client.getStartupConf.call(this), ...this.session };
  }
}
