import { MfaStore } from '@helpdeskly/auth';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { withdrawInvitations } from '../user-core/invitation-rows.js';
import { Sessions } from './sessions.service.js';

/** All that lets somebody into an account. */
@Injectable()
export class AccountAccess {
  private readonly mfa = new MfaStore('tenant');

  constructor(private readonly sessions: Sessions) {}

  /** For good, within the transaction that makes the account nobody's: nothing stays of where and when it was used either. */
  async end(tx: Prisma.TransactionClient, userId: string): Promise<void> {
    await this.sessions.endAll(tx, userId);
    await this.mfa.turnOff(tx, userId);
    await tx.session.deleteMany({ where: { userId } });
    await tx.knownAddress.deleteMany({ where: { userId } });
    await withdrawInvitations(tx, userId);
  }
}
