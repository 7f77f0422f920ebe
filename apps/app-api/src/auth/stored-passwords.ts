import { InvalidCredentials, Passwords } from '@helpdeskly/auth';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { withdrawInvitations } from '../user-core/invitation-rows.js';
import { AccountTrail } from './account-trail.js';
import { Sessions } from './sessions.service.js';

/** Passwords in the place of others. */
@Injectable()
export class StoredPasswords {
  constructor(
    private readonly db: TenantDatabase,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly trail: AccountTrail,
  ) {}

  /**
   * Replaces the password that the caller has proven, by its hash; ends all other sessions, and what was issued to reset it. Throws
   * InvalidCredentials when it was changed meanwhile, LoginBusy.
   */
  async replace({ id, sessionId }: Actor, proven: string | null, next: string): Promise<void> {
    const passwordHash = await this.passwords.hash(next);
    await this.db.transaction(async (tx) => {
      const { count } = await tx.user.updateMany({ where: { id, passwordHash: proven }, data: { passwordHash } });
      if (count === 0) throw new InvalidCredentials('The password was changed meanwhile.');
      await withdrawInvitations(tx, id);
      await this.sessions.endAll(tx, id, sessionId);
      const deed = { type: AuditType.PASSWORD_CHANGED, actorId: id, subjectId: id };
      await this.trail.record(tx, deed, { event: 'PASSWORD_CHANGED' });
    });
  }
}
