import { createHash } from 'node:crypto';
import { DomainError, LoginBusy } from '@helpdeskly/errors';
import ipaddr from 'ipaddr.js';
import { type Bucket, CountsHere, CountsTogether, type FailureCounts } from './failure-counts.js';
import type { SharedCounters } from './shared-counters.js';
import { Turns } from './turns.js';

/** Raised past a rate limit. `retryAfter` is in seconds. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  constructor(retryAfter: number) {
    super('Too many requests. Wait before you try again.', { retryAfter });
  }
}

/** An attempt to log in. `account` is the name as given, whether the account exists or not. */
export interface PasswordTry {
  readonly address: string;
  readonly account: string;
  /** Whether that account has recently signed in from this address; false if it does not exist. */
  readonly isKnown: () => Promise<boolean>;
}

const minute = 60_000;
/** After this time without a failure an account's counters start again. */
const memoryMs = 15 * minute;
/** How many attempts for one account from one address may wait for the one before them. */
const waitingAtMost = 20;

/**
 * Failed logins: 5 a minute for each pair of client address and account, 100 a minute for each address. After 5 failures of one
 * account, from all addresses together, it allows one attempt at a time after a wait that doubles up to 60 s, and refuses attempts in
 * between. There, each address from which the account has signed in counts separately, so that strangers lock nobody out. Processes
 * count together if they share counters; while those are away, each counts alone.
 */
export class LoginThrottle {
  private readonly turns = new Turns();
  private readonly counts: FailureCounts;

  constructor(shared?: SharedCounters) {
    this.counts = shared === undefined ? new CountsHere() : new CountsTogether(shared);
  }

  /**
   * Runs a guess at an account's password. It counts the guess first, so that simultaneous guesses count too. Only a wrong guess
   * (`invalid_credentials`) stays counted, not a right one, nor one that could not be checked; a right guess does not reset the
   * count of wrong ones. Guesses for one account from one address take turns, so that programs that log in at once with
   * the right password do not use up each other's attempts. Throws RateLimited, LoginBusy if too many wait for their turn, and
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

  /**
   * Counts a wish to have a forgotten password reset: 5 in 15 minutes for each account, whether it exists or not, and 100 for each
   * address. Each sends a mail, so that nobody can fill a mailbox by them. Throws RateLimited.
   */
  reset({ address, account }: Pick<PasswordTry, 'address' | 'account'>): Promise<void> {
    const limits = { windowMs: memoryMs, doubling: false };
    return this.take([
      { key: hashed('reset account', account.toLowerCase()), limit: 5, ...limits },
      { key: hashed('reset address', networkOf(address)), limit: 100, ...limits },
    ]);
  }

  /** The buckets that counted the attempt. A refused attempt counts in none: one account's refusals must not use up the address's limit. */
  private async admit({ address, account, isKnown }: PasswordTry): Promise<readonly Bucket[]> {
    const network = networkOf(address);
    const name = account.toLowerCase();
    const cheap = [
      { key: hashed('pair', network, name), limit: 5, windowMs: minute, doubling: false },
      { key: hashed('address', network), limit: 100, windowMs: minute, doubling: false },
    ];
    await this.take(cheap); // Before the database query for the account.
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

/** The store, which others may read, contains nobody's address or account. */
function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** One client with an IPv6 address owns the 2^64 addresses of its network. Source: RFC 4291, section 2.5.4 */
export function networkOf(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.isIPv4MappedAddress()) return parsed.toIPv4Address().toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
