import { TenantDatabaseUnavailable } from './errors.js';

const firstPauseMs = 100;
const longestPauseMs = 1000;
/** Longer than an attempt to connect takes. */
const attemptMs = 5000;

/**
 * A circuit breaker for one tenant's unreachable database. After a failure nobody tries for a moment
 * (100 ms, doubled after each further failure, 1 s at most). Then one request tries, and its result applies to all.
 */
export class Breaker {
  private failures = 0;
  private opensAt = 0;
  private cause: unknown;

  /** Throws TenantDatabaseUnavailable if it is too early to try again. */
  assertMayTry(): void {
    if (this.failures === 0) return;
    const now = Date.now();
    if (now < this.opensAt) throw new TenantDatabaseUnavailable(this.cause);
    this.opensAt = now + attemptMs;
  }

  failed(cause: unknown): void {
    this.cause = cause;
    this.opensAt = Date.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** this.failures);
    this.failures++;
  }

  succeeded(): void {
    this.failures = 0;
    this.cause = undefined;
  }

  /** Whether the last attempt failed. */
  get open(): boolean {
    return this.failures > 0;
  }

  /** Whether the caller may drop it without losing much. */
  get forgettable(): boolean {
    return this.failures === 0 || Date.now() > this.opensAt + 60_000;
  }
}
