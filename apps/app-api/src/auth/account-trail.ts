import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditTrail, type Deed } from '../audit/audit-trail.js';
import { FailedSignIns } from '../audit/failed-sign-ins.js';
import { Notifier } from '../notification-core/notifier.js';

/** What the owner of an account is told of, as `details.event` of a SECURITY notification. */
export type SecurityEvent =
  | 'NEW_SIGN_IN'
  | 'PASSWORD_CHANGED'
  | 'PASSWORD_RESET'
  | 'SESSION_ENDED'
  | 'REFRESH_TOKEN_REUSED'
  | 'MFA_ENABLED'
  | 'MFA_DISABLED'
  | 'MFA_RESET'
  | 'RECOVERY_CODE_USED';

/** `sessionId` is the session that it is about; `address` is where a sign-in came from. */
export interface SecurityNotice {
  readonly event: SecurityEvent;
  readonly sessionId?: string;
  readonly address?: string;
}

type AccountDeed = Deed & { readonly subjectId: string };

/** What happens to accounts: in the audit trail, and told to their owners. */
@Injectable()
export class AccountTrail {
  constructor(
    private readonly audit: AuditTrail,
    private readonly notifier: Notifier,
    private readonly failures: FailedSignIns,
  ) {}

  /** A wrong code from somebody who sets their second factor up. Not in the transaction, which is rolled back. */
  noteWrongSetup(userId: string): void {
    this.failures.note(userId, 'MFA_SETUP');
  }

  /** In the transaction in which it is done. With `notice` the owner, who is `subjectId`, hears of it, whoever did it. */
  async record(tx: Prisma.TransactionClient, deed: AccountDeed, notice?: SecurityNotice): Promise<void> {
    await this.audit.record(tx, deed);
    if (notice === undefined) return;
    const { subjectId, actorId = null } = deed;
    await this.notifier.notify(tx, [subjectId], { kind: 'SECURITY', actorId, details: { ...notice } });
  }
}
