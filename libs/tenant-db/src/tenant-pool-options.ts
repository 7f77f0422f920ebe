import type pg from 'pg';
import type { Breaker } from './breaker.js';
import type { TenantPlace } from './tenant-place.js';

/** Times in milliseconds. */
export interface TenantPoolOptions {
  readonly tenantId: string;
  /** Where the next connection leads: a tenant may move to another server. */
  readonly place: () => TenantPlace;
  readonly max: number;
  /** After this time a connection is not reused. */
  readonly lifeMs: number;
  /** After this time an idle connection is closed. */
  readonly idleMs: number;
  /** Throws unless a connection leads to the right database and says so in time. Called before the first use, and by `check`. */
  readonly verify: (connection: pg.Client, withinMs: number) => Promise<void>;
  readonly breaker: Breaker;
  /** Called when a connection could not be opened and none is open. */
  readonly onBroken: (error: unknown) => void;
}
