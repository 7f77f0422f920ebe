import { MfaStore } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { AccountTrail } from './account-trail.js';
import { Credentials } from './credentials.service.js';
import { Sessions } from './sessions.service.js';

/** Turns users' second factors off, with an audit event. */
@Injectable()
export class MfaRemoval {
  private readonly store = new MfaStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly trail: AccountTrail,
  ) {}

  /** By its user. Throws InvalidCredentials, RateLimited, LoginBusy. */
  async turnOff(userId: string, password: string, address: string): Promise<void> {
    await this.credentials.confirm(userId, password, address, 'MFA_REMOVAL');
    await this.db.transaction(async (tx) => {
      if (!(await this.store.turnOff(tx, userId))) return;
      await this.sessions.reconsider();
      const deed = { type: AuditType.MFA_DISABLED, actorId: userId, subjectId: userId };
      await this.trail.record(tx, deed, { event: 'MFA_DISABLED' });
    });
  }

  /** By an admin, for a user whose row is locked; ends all sessions. False if it was not on. */
  async reset(tx: Prisma.TransactionClient, userId: string, actorId: string): Promise<boolean> {
    if (!(await this.store.turnOff(tx, userId))) return false;
    await this.sessions.endAll(tx, userId);
    await this.trail.record(tx, { type: AuditType.MFA_RESET, actorId, subjectId: userId }, { event: 'MFA_RESET' });
    return true;
  }
}
