import { KnownAddresses } from '@helpdeskly/auth';
import { LoginThrottle, networkOf } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

/** Counts guesses by client address and account, the accounts of each tenant apart. */
@Injectable()
export class AccountThrottle {
  private readonly addresses = new KnownAddresses('tenant');

  constructor(
    private readonly throttle: LoginThrottle,
    private readonly context: TenantContext,
    private readonly db: TenantDatabase,
  ) {}

  /** A guess of somebody who wants to sign in. Throws RateLimited, LoginBusy, and what `prove` throws. */
  atSignIn<T>(emailKey: string, address: string, prove: () => Promise<T>): Promise<T> {
    const isKnown = () => this.addresses.isKnown(this.db.client, emailKey, networkOf(address));
    return this.throttle.guess({ address, account: this.named(emailKey), isKnown }, prove);
  }

  /**
   * A guess of somebody with a session. Nobody else comes this far: what is counted here keeps no one from signing in. Throws as
   * atSignIn does.
   */
  withinSession<T>(userId: string, address: string, prove: () => Promise<T>): Promise<T> {
    const isKnown = () => Promise.resolve(false);
    return this.throttle.guess({ address, account: this.named(userId), isKnown }, prove);
  }

  /** A wish for a mail that resets a password. Throws RateLimited. */
  atReset(emailKey: string, address: string): Promise<void> {
    return this.throttle.reset({ address, account: this.named(emailKey) });
  }

  private named(account: string): string {
    return `${this.context.current.tenant.id}/${account}`;
  }
}
