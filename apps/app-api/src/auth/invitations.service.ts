import { hashToken } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import type { ClientFacts, MfaChallengeDto } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { usableInvitation, withdrawInvitations } from '../user-core/invitation-rows.js';
import { lockUser } from '../user-core/user-rows.js';
import { AccountTrail } from './account-trail.js';
import type { SignedInDto } from './auth.dto.js';
import { NewPasswords } from './new-passwords.js';
import { SignIns } from './sign-ins.service.js';

/** How one-time tokens become passwords: of those invited, and of those who forgot theirs. */
@Injectable()
export class Invitations {
  constructor(
    private readonly db: TenantDatabase,
    private readonly signIns: SignIns,
    private readonly passwords: NewPasswords,
    private readonly trail: AccountTrail,
  ) {}

  /** Sets the password, ends every session and signs in. Throws TokenInvalid, and ValidationFailed for a password that is easily guessed. */
  async accept(
    token: string,
    password: string,
    name: string | undefined,
    client: ClientFacts,
  ): Promise<SignedInDto | MfaChallengeDto> {
    // Hashing is slow on purpose, and anybody may call this: strangers are sent away before it.
    const found = await this.db.client.invitation.findFirst({
      where: usableInvitation(hashToken(token)),
      include: { user: true },
    });
    if (found === null) throw refusal();
    const passwordHash = await this.passwords.hash(password, { ...found.user, ...(name !== undefined && { name }) });
    return this.db.transaction(async (tx) => {
      const { id, status } = await lockUser(tx, found.userId);
      const { count } = await tx.invitation.updateMany({
        where: usableInvitation(hashToken(token)),
        data: { usedAt: new Date() },
      });
      if (count === 0) throw refusal();
      await withdrawInvitations(tx, id); // Mails may have brought further ones.
      const data = { passwordHash, status: 'ACTIVE', name, version: { increment: 1 }, updatedAt: new Date() } as const;
      const user = await tx.user.update({ where: { id }, data });
      const deed = { type: AuditType.INVITATION_ACCEPTED, actorId: id, subjectId: id };
      await this.trail.record(tx, deed, status === 'ACTIVE' ? { event: 'PASSWORD_RESET' } : undefined);
      return this.signIns.afterNewPassword(tx, user, client);
    });
  }
}

const refusal = () => new TokenInvalid('The invitation is unknown, used or expired.');
