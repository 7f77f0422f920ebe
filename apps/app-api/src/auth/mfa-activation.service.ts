import { InvalidCredentials } from '@helpdeskly/auth';
import type { Prisma } from '@helpdeskly/tenant-db';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type { Actor } from '@helpdeskly/http';
import { AuditType } from '../audit/audit-types.js';
import { lockUser } from '../user-core/user-rows.js';
import { AccountTrail } from './account-trail.js';
import { AccountThrottle } from './account-throttle.js';
import { Sessions } from './sessions.service.js';

/** Turns a user's second factor on, with an audit event. All other sessions end: a password alone opened them. */
@Injectable()
export class MfaActivation {
  constructor(
    private readonly db: TenantDatabase,
    private readonly throttle: AccountThrottle,
    private readonly sessions: Sessions,
    private readonly trail: AccountTrail,
  ) {}

  /** `confirm` checks a code and returns the recovery codes. Throws what it throws, RateLimited, LoginBusy. */
  turnOn(
    { id: userId, sessionId }: Actor,
    address: string,
    confirm: (tx: Prisma.TransactionClient) => Promise<string[]>,
  ): Promise<string[]> {
    const turnOn = () =>
      this.db.transaction(async (tx) => {
        await lockUser(tx, userId); // No sign-in that saw it off opens a session behind this.
        const codes = await confirm(tx);
        await this.sessions.endAll(tx, userId, sessionId);
        const deed = { type: AuditType.MFA_ENABLED, actorId: userId, subjectId: userId };
        await this.trail.record(tx, deed, { event: 'MFA_ENABLED' });
        return codes;
      });
    return this.throttle.withinSession(userId, address, () =>
      turnOn().catch((error: unknown) => {
        if (error instanceof InvalidCredentials) this.trail.noteWrongSetup(userId);
        throw error;
      }),
    );
  }
}
