import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimited } from './login-throttle.js';

/** So many requests a minute for a key; 0 is off. */
export interface RateLimit {
  readonly key: string;
  readonly perMinute: number;
}

/** Which limits hold for a request. */
export abstract class RateLimitPolicy {
  abstract limitsOf(request: FastifyRequest): readonly RateLimit[];
}

interface Window {
  count: number;
  endsAt: number;
}

const minute = 60_000;
const sweepAbove = 50_000;
const sweepEveryMs = 5000;

/**
 * Requests a minute in memory, by fixed windows. It runs on every request, so it is a Map and two comparisons: the
 * library behind LoginThrottle starts a timer for each key and allocates several promises for each request.
 */
export class RequestRates {
  private readonly windows = new Map<string, Window>();
  private nextSweepAt = 0;

  constructor(private readonly policy: RateLimitPolicy) {}

  /** Counts a request, sets the RateLimit-* headers by the limit that is nearest, and throws RateLimited past one. */
  count(request: FastifyRequest, reply: FastifyReply): void {
    // A request that one limit refuses is not charged to the next: one user must not use up what a whole tenant may do.
    let nearest: { limit: number; remaining: number; reset: number } | undefined;
    const now = Date.now();
    for (const { key, perMinute } of this.policy.limitsOf(request)) {
      if (perMinute <= 0) continue;
      const window = this.windowOf(key, now);
      window.count++;
      const remaining = perMinute - window.count;
      const reset = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
      if (nearest === undefined || remaining < nearest.remaining) nearest = { limit: perMinute, remaining, reset };
      if (remaining < 0) break;
    }
    if (nearest === undefined) return;
    reply.header('ratelimit-limit', nearest.limit);
    reply.header('ratelimit-remaining', Math.max(0, nearest.remaining));
    reply.header('ratelimit-reset', nearest.reset);
    if (nearest.remaining < 0) throw new RateLimited(nearest.reset);
  }

  /** Windows remembered, of which some may have ended. */
  get size(): number {
    return this.windows.size;
  }

  private windowOf(key: string, now: number): Window {
    const known = this.windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    if (this.windows.size > sweepAbove && now >= this.nextSweepAt) this.sweep(now);
    const window = { count: 0, endsAt: now + minute };
    this.windows.set(key, window);
    return window;
  }

  /** Forgets windows that have ended; not for each new key, or many callers at once would cost as many walks. */
  private sweep(now: number): void {
    this.nextSweepAt = now + sweepEveryMs;
    for (const [key, { endsAt }] of this.windows) if (endsAt <= now) this.windows.delete(key);
  }
}
