import { InvalidCredentials, KnownAddresses, MfaStore } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import { networkOf } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { FailedSignIns } from '../audit/failed-sign-ins.js';
import { AccountThrottle } from './account-throttle.js';
import { DataCiphers } from './data-cipher.js';

/** The second step of a sign-in. */
@Injectable()
export class MfaVerification {
  private readonly store = new MfaStore('tenant');
  private readonly addresses = new KnownAddresses('tenant');

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
    const isKnown = () => this.addresses.isKnown(this.db.client, user.emailKey, networkOf(address));
    await this.throttle.guess({ address, account: user.emailKey, isKnown }, async () => {
      const outcome = await this.db.transaction((tx) => this.store.meet(tx, cipher, mfaToken, code));
      if (outcome === 'invalid') throw refusal();
      if (outcome === 'met') return;
      this.failures.note(user.id, 'SECOND_FACTOR');
      throw new InvalidCredentials('The code is wrong.');
    });
    return user;
  }

  private async challenged(mfaToken: string): Promise<User> {
    const id = await this.store.challenged(this.db.client, mfaToken);
    const user = id === undefined ? null : await this.db.client.user.findUnique({ where: { id } });
    if (user === null) throw refusal();
    return user;
  }
}

const refusal = () => new TokenInvalid('The mfaToken is unknown, used or expired. Sign in again.');
