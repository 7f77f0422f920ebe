import { MfaStore } from '@helpdeskly/auth';
import type { ClientFacts, MfaChallengeDto } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { SignedInDto } from './auth.dto.js';
import { Sessions } from './sessions.service.js';

/** What follows a right password. */
@Injectable()
export class SignIns {
  private readonly mfa = new MfaStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly sessions: Sessions,
  ) {}

  /** A session, or a challenge if the user has a second factor. Throws InvalidCredentials as Sessions.open does. */
  afterPassword(user: User, client: ClientFacts): Promise<SignedInDto | MfaChallengeDto> {
    return this.db.transaction(async (tx) => {
      await this.sessions.assertStillProven(tx, user);
      if (!(await this.mfa.isOn(tx, user.id))) return this.sessions.openProven(tx, user, client);
      return { mfaRequired: true, ...(await this.mfa.challenge(tx, user.id)) };
    });
  }

  /** The same within the transaction that set the password: every session of the user ends first. */
  async afterNewPassword(
    tx: Prisma.TransactionClient,
    user: User,
    client: ClientFacts,
  ): Promise<SignedInDto | MfaChallengeDto> {
    await this.sessions.endAll(tx, user.id);
    return this.afterPassword(user, client);
  }
}
