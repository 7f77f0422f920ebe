import { createHash } from 'node:crypto';
import { DomainError, LoginBusy } from '@helpdeskly/errors';
import ipaddr from 'ipaddr.js';
import { type Bucket, CountsHere, CountsTogether, type FailureCounts } from './failure-counts.js';
import type { SharedCounters } from './shared-counters.js';
import { Turns } from './turns.js';

/** Raised past a rate limit. `retryAfter` in seconds. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  constructor(retryAfter: number) {
    super('Too many requests. Wait before you try again.', { retryAfter });
  }
}

/** Somebody who tries a password. `account` is the account as it was named, whether there is one or not. */
export interface PasswordTry {
  readonly address: string;
  readonly account: string;
  /** Whether that account has signed in from this address lately; false for one that there is not. */
  readonly isKnown: () => Promise<boolean>;
}

const minute = 60_000;
/** So long after its last failure an account begins anew. */
const memoryMs = 15 * minute;
/** Tries for one account from one address that wait for the one before them. */
const waitingAtMost = 20;

/**
 * Failed logins: 5 a minute for each pair of client address and account, 100 a minute for each address. After 5 of one
 * account, from all addresses together, one at a time is tried after a wait that doubles to 60 s: whoever comes in between is
 * refused. Addresses from which that account signed in count each for itself there, so that strangers lock nobody out. Over all
 * processes where they share counters; a process counts for itself while those are away.
 */
export class LoginThrottle {
  private readonly turns = new Turns();
  private readonly counts: FailureCounts;

  constructor(shared?: SharedCounters) {
    this.counts = shared === undefined ? new CountsHere() : new CountsTogether(shared);
  }

  /**
   * Runs a guess at an account's password. It is counted before, so that guesses made at once count too. Only a wrong one
   * (`invalid_credentials`) stays counted: neither a good one, nor one that could not be judged; and a good one takes nothing
   * from those that were wrong. Guesses for one account from one address take turns, so that programs which sign in at once with
   * the right password do not use up each other's tries. Throws RateLimited, LoginBusy when too many wait for their turn, and
   * what the guess throws.
   */
  guess<T>(attempt: PasswordTry, guess: () => Promise<T>): Promise<T> {
    const pair = `${networkOf(attempt.address)}/${attempt.account.toLowerCase()}`;
    if (this.turns.length(pair) >= waitingAtMost) return Promise.reject(new LoginBusy());
    return this.turns.take(pair, async () => {
      const counted = await this.admit(attempt);
      let wrong = false;
      try {
        return await guess();
      } catch (error) {
        wrong = error instanceof DomainError && error.code === 'invalid_credentials';
        throw error;
      } finally {
        if (!wrong) await this.counts.giveBack(counted);
      }
    });
  }

  /** What the attempt was counted in. A refused one is counted nowhere: one account's refusals leave the address to others. */
  private async admit({ address, account, isKnown }: PasswordTry): Promise<readonly Bucket[]> {
    const network = networkOf(address);
    const name = account.toLowerCase();
    const cheap = [
      { key: hashed('pair', network, name), limit: 5, windowMs: minute, doubling: false },
      { key: hashed('address', network), limit: 100, windowMs: minute, doubling: false },
    ];
    await this.take(cheap); // Before the database is asked who this is.
    try {
      const owner = (await isKnown()) ? [name, network] : [name];
      const all = { key: hashed('account', ...owner), limit: 5, windowMs: memoryMs, doubling: true };
      await this.take([all]);
      return [...cheap, all];
    } catch (error) {
      await this.counts.giveBack(cheap);
      throw error;
    }
  }

  private async take(buckets: readonly Bucket[]): Promise<void> {
    const wait = await this.counts.take(buckets);
    if (wait > 0) throw new RateLimited(Math.ceil(wait / 1000));
  }
}

/** Nobody's address or account stands in a store that others may read. */
function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
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
