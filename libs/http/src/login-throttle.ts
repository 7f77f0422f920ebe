import { createHash } from 'node:crypto';
import { DomainError } from '@helpdeskly/errors';
import ipaddr from 'ipaddr.js';
import {
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterAbstract,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import type { SharedCounters } from './shared-counters.js';
import { Turns } from './turns.js';

/** Raised past a rate limit. `retryAfter` in seconds. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  constructor(retryAfter: number) {
    super('Too many requests. Wait before you try again.', { retryAfter });
  }
}

/**
 * Failed logins: 5 a minute for each pair of client address and account, 100 a minute for each address. Over all processes
 * where they share counters; a process counts for itself while those are away.
 */
export class LoginThrottle {
  private readonly pairs: RateLimiterAbstract;
  private readonly addresses: RateLimiterAbstract;
  private readonly turns = new Turns();

  constructor(shared?: SharedCounters) {
    this.pairs = limiter('pair', 5, shared);
    this.addresses = limiter('address', 100, shared);
  }

  /**
   * Runs a guess at an account's password. Only a wrong one (`invalid_credentials`) stays counted: neither a good one, nor
   * one that an outage kept from being judged. Guesses for one account take turns, so that programs which sign in at once
   * with the right password do not use up each other's tries. Throws RateLimited, and what the guess throws.
   */
  guess<T>(address: string, account: string, guess: () => Promise<T>): Promise<T> {
    return this.turns.take(`${address}/${account}`, async () => {
      await this.attempt(address, account);
      let wrong = false;
      try {
        return await guess();
      } catch (error) {
        wrong = error instanceof DomainError && error.code === 'invalid_credentials';
        throw error;
      } finally {
        if (!wrong) await this.succeeded(address, account);
      }
    });
  }

  /**
   * Counts an attempt before its password is looked at, so that attempts made at once count too. Throws RateLimited.
   * Give it back by `succeeded`.
   */
  async attempt(address: string, account: string): Promise<void> {
    await take(this.pairs, pairOf(address, account)); // First: one account's refusals leave the address to others.
    await take(this.addresses, networkOf(address));
  }

  /** A good login counts as none. */
  async succeeded(address: string, account: string): Promise<void> {
    await this.addresses.reward(networkOf(address), 1);
    await this.pairs.reward(pairOf(address, account), 1);
  }
}

function limiter(kind: string, points: number, shared: SharedCounters | undefined): RateLimiterAbstract {
  const options = { keyPrefix: `helpdeskly:login:${kind}`, points, duration: 60 };
  const inMemory = new RateLimiterMemory(options);
  if (shared === undefined) return inMemory;
  return new RateLimiterRedis({
    ...options,
    storeClient: shared.redis,
    insuranceLimiter: inMemory,
    rejectIfRedisNotReady: true,
  });
}

async function take(limits: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limits.consume(key);
  } catch (refused) {
    if (refused instanceof Error) throw refused;
    throw new RateLimited(Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000));
  }
}

/** Nobody's address or account stands in a store that others may read. */
function pairOf(address: string, account: string): string {
  return createHash('sha256')
    .update(`${networkOf(address)}|${account.toLowerCase()}`)
    .digest('base64url');
}

/** Whoever has one IPv6 address has the 2^64 of its network. Source: RFC 4291, section 2.5.4 */
export function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
