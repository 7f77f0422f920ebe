import { MfaStore } from '@helpdeskly/auth';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { FailedSignIns } from '../audit/failed-sign-ins.js';
import { AccountThrottle } from './account-throttle.js';
import { MfaChallenges } from './mfa-challenges.js';

/** The second step of a sign-in. */
@Injectable()
export class MfaVerification {
  constructor(
    private readonly challenges: MfaChallenges,
    private readonly throttle: AccountThrottle,
    private readonly failures: FailedSignIns,
  ) {}

  /**
   * The user whose challenge a code meets. A wrong code counts as a failed sign-in. Throws TokenInvalid, InvalidCredentials,
   * RateLimited, LoginBusy.
   */
  async verify(mfaToken: string, code: string, address: string): Promise<User> {
    const user = await this.challenges.owner(mfaToken);
    await this.throttle.atSignIn(user.emailKey, address, async () => {
      const outcome = await this.challenges.meet(user, mfaToken, code);
      if (MfaStore.isMet(outcome)) return;
      if (outcome === 'wrong') this.failures.note(user.id, 'SECOND_FACTOR');
      throw MfaStore.refused(outcome);
    });
    return user;
  }
}
