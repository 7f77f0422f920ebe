import { InvalidCredentials, Passwords } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditType } from '../audit/audit-types.js';
import { userView } from '../user-core/user-view.js';
import type { UserDto } from '../user-core/user.dto.js';
import type { SignedInDto } from './auth.dto.js';
import { Credentials } from './credentials.service.js';
import { NewPasswords } from './new-passwords.js';
import { Sessions } from './sessions.service.js';

/** What users do with their own account. */
@Injectable()
export class Accounts {
  constructor(
    private readonly db: TenantDatabase,
    private readonly credentials: Credentials,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
    private readonly newPasswords: NewPasswords,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws InvalidCredentials, RateLimited, LoginBusy. */
  async login(email: string, password: string, address: string): Promise<SignedInDto> {
    return this.sessions.open(await this.credentials.prove(email, password, address), address);
  }

  async logout({ id, sessionId }: Actor): Promise<void> {
    if (sessionId !== undefined) await this.sessions.end(sessionId, id);
  }

  async me({ id }: Actor): Promise<UserDto> {
    const user = await this.db.client.user.findUnique({ where: { id } });
    if (user === null) throw new TokenInvalid();
    return userView(user);
  }

  /**
   * Ends all other sessions, and what was issued to reset the old password. Throws ValidationFailed for a new password that is
   * easily guessed, InvalidCredentials, RateLimited, LoginBusy.
   */
  async changePassword(actor: Actor, current: string, next: string, address: string): Promise<void> {
    const { id, sessionId } = actor;
    await this.newPasswords.assertHardToGuess(next, await this.me(actor), 'newPassword');
    const { passwordHash: proven } = await this.credentials.confirm(id, current, address);
    const passwordHash = await this.passwords.hash(next);
    await this.db.transaction(async (tx) => {
      const { count } = await tx.user.updateMany({ where: { id, passwordHash: proven }, data: { passwordHash } });
      if (count === 0) throw new InvalidCredentials('The password was changed meanwhile.');
      await tx.invitation.deleteMany({ where: { userId: id, usedAt: null } });
      await this.sessions.endAll(tx, id, sessionId);
      await this.audit.record(tx, { type: AuditType.PASSWORD_CHANGED, actorId: id, subjectId: id });
    });
  }
}
