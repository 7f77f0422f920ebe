import { LoginThrottle } from '@helpdeskly/http';
import { TenantContext } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';

type Attempt = Parameters<LoginThrottle['guess']>[0];

/** Counts guesses by client address and account, the accounts of each tenant apart. */
@Injectable()
export class AccountThrottle {
  constructor(
    private readonly throttle: LoginThrottle,
    private readonly context: TenantContext,
  ) {}

  /** `account` is its name within the current tenant. Throws RateLimited, and what `prove` throws. */
  guess<T>({ account, ...attempt }: Attempt, prove: () => Promise<T>): Promise<T> {
    return this.throttle.guess({ ...attempt, account: `${this.context.current.tenant.id}/${account}` }, prove);
  }
}
