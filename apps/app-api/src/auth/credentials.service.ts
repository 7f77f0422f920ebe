import { InvalidCredentials, Passwords } from '@helpdeskly/auth';
import { LoginThrottle } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';

/** Whose a password is. Guesses are counted by client address and account. */
@Injectable()
export class Credentials {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * The active user of an email and a password. Every other pair is refused alike, in words and in time: unknown emails,
   * wrong passwords, users who are invited or disabled. Throws InvalidCredentials, RateLimited.
   */
  prove(email: string, password: string, address: string): Promise<User> {
    const emailKey = email.toLowerCase();
    return this.counted(address, emailKey, async () => {
      const user = await this.db.client.user.findUnique({ where: { emailKey } });
      const usable = user?.status === 'ACTIVE' ? user.passwordHash : null;
      if (!(await this.passwords.verify(usable, password)) || user === null) throw new InvalidCredentials();
      return user;
    });
  }

  /** The user, when this is that user's password. Throws InvalidCredentials, RateLimited. */
  confirm(userId: string, password: string, address: string): Promise<User> {
    return this.counted(address, userId, async () => {
      const user = await this.db.client.user.findUnique({ where: { id: userId } });
      if (!(await this.passwords.verify(user?.passwordHash, password)) || user === null) {
        throw new InvalidCredentials('The current password is wrong.');
      }
      return user;
    });
  }

  private counted<T>(address: string, name: string, guess: () => Promise<T>): Promise<T> {
    return this.throttle.guess(address, `${this.context.current.tenant.id}/${name}`, guess);
  }
}
