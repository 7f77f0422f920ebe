import { MfaStore } from '@helpdeskly/auth';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { DataCiphers } from '../edge/data-ciphers.js';
import { AccountTrail } from './account-trail.js';

/** Right passwords of users that wait for a code. */
@Injectable()
export class MfaChallenges {
  private readonly store = new MfaStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly ciphers: DataCiphers,
    private readonly trail: AccountTrail,
  ) {}

  /** Whose challenge it is. Throws TokenInvalid. */
  async owner(mfaToken: string): Promise<User> {
    const id = await this.store.challenged(this.db.client, mfaToken);
    const user = id === undefined ? null : await this.db.client.user.findUnique({ where: { id } });
    if (user === null) throw MfaStore.refused('invalid');
    return user;
  }

  /** Meets a user's challenge as MfaStore does. A recovery code that was used is recorded, and told to the user. */
  async meet({ id }: User, mfaToken: string, code: string): ReturnType<MfaStore['meet']> {
    const cipher = await this.ciphers.current();
    return this.db.transaction(async (tx) => {
      const outcome = await this.store.meet(tx, cipher, mfaToken, code);
      if (outcome === 'met-by-recovery-code') {
        const deed = { type: AuditType.RECOVERY_CODE_USED, actorId: id, subjectId: id };
        await this.trail.record(tx, deed, { event: 'RECOVERY_CODE_USED' });
      }
      return outcome;
    });
  }
}
