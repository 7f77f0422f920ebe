import { DomainError } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Raised past a rate limit. `retryAfter` in seconds. */
export class RateLimited extends DomainError {
  readonly code = 'rate_limited';
  constructor(retryAfter: number) {
    super('Too many requests. Wait before you try again.', { retryAfter });
  }
}

/** Failed logins: 5 a minute for each pair of client address and account, 100 a minute for each address. */
@Injectable()
export class LoginThrottle {
  private readonly pairs = new RateLimiterMemory({ keyPrefix: 'pair', points: 5, duration: 60 });
  private readonly addresses = new RateLimiterMemory({ keyPrefix: 'address', points: 100, duration: 60 });

  /**
   * Counts an attempt before its password is looked at, so that attempts made at once count too. Throws RateLimited.
   * Give it back by `succeeded`.
   */
  async attempt(address: string, account: string): Promise<void> {
    await this.take(this.pairs, pairOf(address, account)); // First: one account's refusals leave the address to others.
    await this.take(this.addresses, address);
  }

  /** A good login counts as none. */
  async succeeded(address: string, account: string): Promise<void> {
    await this.addresses.reward(address, 1);
    await this.pairs.reward(pairOf(address, account), 1);
  }

  private async take(limiter: RateLimiterMemory, key: string): Promise<void> {
    try {
      await limiter.consume(key);
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      throw new RateLimited(Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000));
    }
  }
}

const pairOf = (address: string, account: string) => `${address}|${account.toLowerCase()}`;
