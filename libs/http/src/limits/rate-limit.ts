import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from './login-throttle.js';
import type { Charged, CountedKey, SharedCounters } from './shared-counters.js';

/** How many requests a minute a key may make; 0: no limit. */
export interface RateLimit {
  readonly key: string;
  readonly perMinute: number;
}

/** Decides which limits apply to a request. */
export abstract class RateLimitPolicy {
  abstract limitsOf(request: FastifyRequest): readonly RateLimit[];
}

interface Window {
  count: number;
  endsAt: number;
}

/** The rest of one limit. */
interface Standing {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds. */
  readonly reset: number;
}

const minute = 60_000;
const sweepAbove = 50_000;
const sweepEveryMs = 5000;

/**
 * Requests a minute in fixed windows: in the counters that all processes share, if there are any and they answer, else in
 * memory. A request that one limit refuses is not counted by the next one: a user must not use up the whole tenant's limit.
 *
 * It runs on every request, so in memory it is a Map and two comparisons.
 */
export class RequestRates {
  private readonly windows = new Map<string, Window>();
  private nextSweepAt = 0;

  constructor(
    private readonly policy: RateLimitPolicy,
    private readonly shared?: SharedCounters,
  ) {}

  /**
   * Counts a request (synchronously if it counts in memory), sets the RateLimit-* headers from the limit with the least left, and
   * throws RateLimited past a limit.
   */
  count(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const limits = this.policy.limitsOf(request);
    if (this.shared?.answers === true) return this.countTogether(this.shared, limits, reply);
    tell(this.countHere(limits), reply);
  }

  /**
   * Counts a request as `more` additional ones, before it does any work: all or, past one limit, none of them. Throws
   * RateLimited.
   */
  async charge(request: FastifyRequest, reply: FastifyReply, more: number): Promise<void> {
    const limits = this.policy.limitsOf(request).filter(({ perMinute }) => perMinute > 0);
    if (more <= 0 || limits.length === 0) return;
    const keys = limits.map(({ key, perMinute }) => ({ key, limit: perMinute }));
    const shared = this.shared?.answers === true ? await this.shared.charge(keys, more, minute) : undefined;
    const { charged, counts } = shared ?? this.chargeHere(keys, more);
    let nearest: Standing | undefined;
    for (const [n, { count, endsInMs }] of counts.entries())
      nearest = nearer(nearest, limits[n]?.perMinute ?? 0, count, endsInMs);
    tell(nearest, reply);
    if (!charged) throw new RateLimited(nearest?.reset ?? 1);
  }

  /** How many windows are in memory; some may have ended. */
  get size(): number {
    return this.windows.size;
  }

  private async countTogether(
    shared: SharedCounters,
    limits: readonly RateLimit[],
    reply: FastifyReply,
  ): Promise<void> {
    const counting = limits.filter(({ perMinute }) => perMinute > 0);
    if (counting.length === 0) return;
    const keys = counting.map(({ key, perMinute }) => ({ key, limit: perMinute }));
    const counted = await shared.count(keys, minute);
    if (counted === undefined) return tell(this.countHere(limits), reply);
    let nearest: Standing | undefined;
    counted.forEach(({ count, endsInMs }, n) => {
      nearest = nearer(nearest, counting[n]?.perMinute ?? 0, count, endsInMs);
    });
    tell(nearest, reply);
  }

  private countHere(limits: readonly RateLimit[]): Standing | undefined {
    let nearest: Standing | undefined;
    const now = Date.now();
    for (const { key, perMinute } of limits) {
      if (perMinute <= 0) continue;
      const window = this.windowOf(key, now);
      window.count++;
      nearest = nearer(nearest, perMinute, window.count, window.endsAt - now);
      if (window.count > perMinute) break;
    }
    return nearest;
  }

  private chargeHere(keys: readonly CountedKey[], more: number): Charged {
    const now = Date.now();
    const windows = keys.map(({ key }) => this.windowOf(key, now));
    const charged = keys.every(({ limit }, n) => (windows[n]?.count ?? 0) + more <= limit);
    if (charged) for (const window of windows) window.count += more;
    return { charged, counts: windows.map(({ count, endsAt }) => ({ count, endsInMs: endsAt - now })) };
  }

  private windowOf(key: string, now: number): Window {
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    if (this.windows.size > sweepAbove && now >= this.nextSweepAt) this.sweep(now);
    const window = { count: 0, endsAt: now + minute };
    this.windows.set(key, window);
    return window;
  }

  /** Deletes ended windows. It does not run for each new key, or many new callers would each cost a full walk. */
  private sweep(now: number): void {
    this.nextSweepAt = now + sweepEveryMs;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
  }
}

function nearer(known: Standing | undefined, limit: number, count: number, endsInMs: number): Standing {
  const remaining = limit - count;
  if (known !== undefined && known.remaining <= remaining) return known;
  return { limit, remaining, reset: Math.max(1, Math.ceil(endsInMs / 1000)) };
}

function tell(nearest: Standing | undefined, reply: FastifyReply): void {
  if (nearest === undefined) return;
  reply.header('ratelimit-limit', nearest.limit);
  reply.header('ratelimit-remaining', Math.max(0, nearest.remaining));
  reply.header('ratelimit-reset', nearest.reset);
  if (nearest.remaining < 0) throw new RateLimited(nearest.reset);
}
