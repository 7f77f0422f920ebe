import { InvalidCredentials, Passwords } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { FailedSignIns } from '../audit/failed-sign-ins.js';
import { AccountThrottle } from './account-throttle.js';

/** Whose a password is. */
@Injectable()
export class Credentials {
  constructor(
    private readonly db: TenantDatabase,
    private readonly passwords: Passwords,
    private readonly throttle: AccountThrottle,
    private readonly failures: FailedSignIns,
  ) {}

  /**
   * The active user of an email and a password. Every other pair is refused alike, in words and in time: unknown emails,
   * wrong passwords, users who are invited or disabled. Throws InvalidCredentials, RateLimited, LoginBusy.
   */
  prove(email: string, password: string, address: string): Promise<User> {
    const emailKey = email.toLowerCase();
    return this.throttle.atSignIn(emailKey, address, async () => {
      const user = await this.db.client.user.findUnique({ where: { emailKey } });
      const usable = user?.status === 'ACTIVE' ? user.passwordHash : null;
      if (!(await this.passwords.verify(usable, password)) || user === null) {
        this.failures.note(user?.id ?? null, 'SIGN_IN');
        throw new InvalidCredentials();
      }
      return user;
    });
  }

  /** The user, when this is that user's password. Throws InvalidCredentials, RateLimited, LoginBusy. */
  confirm(
    userId: string,
    password: string,
    address: string,
    at: 'PASSWORD_CHANGE' | 'MFA_REMOVAL' = 'PASSWORD_CHANGE',
  ): Promise<User> {
    return this.throttle.withinSession(userId, address, async () => {
      const user = await this.db.client.user.findUnique({ where: { id: userId } });
      if (!(await this.passwords.verify(user?.passwordHash, password)) || user === null) {
        this.failures.note(userId, at);
        throw new InvalidCredentials('The current password is wrong.');
      }
      return user;
    });
  }
}
