import { MfaStore } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { FailedSignIns } from '../audit/failed-sign-ins.js';
import { AccountThrottle } from './account-throttle.js';
import { DataCiphers } from '../edge/data-ciphers.js';

/** The second step of a sign-in. */
@Injectable()
export class MfaVerification {
  private readonly store = new MfaStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly throttle: AccountThrottle,
    private readonly ciphers: DataCiphers,
    private readonly failures: FailedSignIns,
  ) {}

  /**
   * The user whose challenge a code meets. A wrong code counts as a failed sign-in. Throws TokenInvalid, InvalidCredentials,
   * RateLimited, LoginBusy.
   */
  async verify(mfaToken: string, code: string, address: string): Promise<User> {
    const user = await this.challenged(mfaToken);
    const cipher = await this.ciphers.current();
    await this.throttle.atSignIn(user.emailKey, address, async () => {
      const outcome = await this.db.transaction((tx) => this.store.meet(tx, cipher, mfaToken, code));
      if (outcome === 'met') return;
      if (outcome === 'wrong') this.failures.note(user.id, 'SECOND_FACTOR');
      throw MfaStore.refused(outcome);
    });
    return user;
  }

  private async challenged(mfaToken: string): Promise<User> {
    const id = await this.store.challenged(this.db.client, mfaToken);
    const user = id === undefined ? null : await this.db.client.user.findUnique({ where: { id } });
    if (user === null) throw MfaStore.refused('invalid');
    return user;
  }
}
