import { Connection, type ConnectionObserver } from '@helpdeskly/database';
import type pg from 'pg';

/** One connection to a tenant's database, from the first attempt to open it until the server has let go of it. */
export class TenantConnection extends Connection {
  /** When it was given back last, in milliseconds of the clock. */
  usedAt = Date.now();
  /** Set by the pool that lends it. */
  release: (reason?: Error | boolean) => void = () => undefined;

  constructor(settings: pg.ClientConfig, observer: ConnectionObserver<TenantConnection>) {
    super(settings, observer);
  }
}
