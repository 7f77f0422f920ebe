import { LRUCache } from 'lru-cache';
import { SessionStateMetrics } from './session-state-metrics.js';

/** When a state was asked for: on the clock in milliseconds, and among the changes made by this process. */
interface Moment {
  readonly at: number;
  readonly turn: number;
}

interface Known<State> extends Moment {
  readonly state: State | undefined;
}

interface Reading<State> extends Moment {
  readonly state: Promise<State | undefined>;
}

const freshMs = 500;

/**
 * What callers of tenants may do, remembered for half a second: so long may a change made by another process take to be seen here.
 * Changes made by this one are seen at once.
 */
export class RecentStates<State> {
  private readonly known = new LRUCache<string, Known<State>>({ max: 20_000 });
  private readonly readings = new Map<string, Reading<State>>();
  /** By tenant: the turn of its last change. It matters for as long as what was read before it is fresh. */
  private readonly changes = new LRUCache<string, number>({ max: 10_000 });
  readonly metrics = new SessionStateMetrics();
  private turn = 0;

  get size(): number {
    return this.known.size;
  }

  /** A state as it was half a second ago at most; null when there was none, undefined when it must be read. */
  peek(tenantId: string, id: string): State | null | undefined {
    const known = this.known.get(keyOf(tenantId, id));
    if (known === undefined || !this.isFresh(tenantId, known)) return undefined;
    this.metrics.hits++;
    return known.state ?? null;
  }

  /** Who asks while a state is being read shares that reading. */
  async read(tenantId: string, id: string, query: () => Promise<State | undefined>): Promise<State | undefined> {
    this.metrics.misses++;
    const key = keyOf(tenantId, id);
    const running = this.readings.get(key);
    if (running !== undefined && this.isFresh(tenantId, running)) return running.state;
    const reading = { at: performance.now(), turn: ++this.turn, state: query() };
    this.readings.set(key, reading);
    try {
      const state = await reading.state;
      this.known.set(key, { at: reading.at, turn: reading.turn, state });
      return state;
    } finally {
      if (this.readings.get(key) === reading) this.readings.delete(key);
    }
  }

  /** What a tenant's callers may do was changed here, and the change is committed. */
  forget(tenantId: string): void {
    this.changes.set(tenantId, ++this.turn);
  }

  private isFresh(tenantId: string, { at, turn }: Moment): boolean {
    return performance.now() - at < freshMs && turn > (this.changes.get(tenantId) ?? 0);
  }
}

const keyOf = (tenantId: string, id: string) => `${tenantId}/${id}`;
