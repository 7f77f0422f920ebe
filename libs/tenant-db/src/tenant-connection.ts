import { Connection, type ConnectionObserver } from '@helpdeskly/database';
import pg from 'pg';

/** The private method with which pg builds its startup message. We pin pg's version, and tests check that it exists. */
const client = pg.Client.prototype as unknown as { getStartupConf(): Record<string, string> };

/** One connection to a tenant's database, from the first attempt to open it until the server has closed it. */
export class TenantConnection extends Connection {
  /** When it was last returned, in milliseconds of the clock. */
  usedAt = Date.now();
  private readonly endsAt: number;
  /** Set by the pool that lends it. */
  release: (reason?: Error | boolean) => void = () => undefined;

  /** `session`: its initial settings, by name. `lifeMs`: how long it may serve; a fifth of that is random. */
  constructor(
    settings: pg.ClientConfig,
    private readonly session: Readonly<Record<string, string>>,
    lifeMs: number,
    observer: ConnectionObserver<TenantConnection>,
  ) {
    super(settings, observer);
    this.endsAt = Date.now() + lifeMs * (1 - Math.random() / 5);
  }

  /** Also false once it has lived long enough. */
  override get reusable(): boolean {
    return super.reusable && Date.now() < this.endsAt;
  }

  /** pg calls this when it connects. */
  getStartupConf(): Record<string, string> {
    return { ...client.getStartupConf.call(this), ...this.session };
  }
}
