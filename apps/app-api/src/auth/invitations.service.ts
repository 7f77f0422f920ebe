import { createOneTimeToken, hashToken } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import type { ClientFacts, MfaChallengeDto } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { lockUser } from '../user-core/user-rows.js';
import { AccountTrail } from './account-trail.js';
import type { SignedInDto } from './auth.dto.js';
import { NewPasswords } from './new-passwords.js';
import { SignIns } from './sign-ins.service.js';

const lifetimeMs = 7 * 24 * 3_600_000;

/** One-time ways to set a password: for those invited, and for those who forgot theirs. */
@Injectable()
export class Invitations {
  constructor(
    private readonly db: TenantDatabase,
    private readonly signIns: SignIns,
    private readonly passwords: NewPasswords,
    private readonly trail: AccountTrail,
  ) {}

  /** A new invitation in place of those before it, for a user whose row the transaction has locked. */
  async issue(tx: Prisma.TransactionClient, userId: string): Promise<{ token: string; expiresAt: string }> {
    const { token, hash } = createOneTimeToken('hdi');
    const expiresAt = new Date(Date.now() + lifetimeMs);
    await this.withdraw(tx, userId);
    await tx.invitation.create({ data: { userId, tokenHash: hash, expiresAt } });
    return { token, expiresAt: expiresAt.toISOString() };
  }

  /** What was issued to a user and not used yet is worth nothing any more. */
  async withdraw(tx: Prisma.TransactionClient, userId: string): Promise<void> {
    await tx.invitation.deleteMany({ where: { userId, usedAt: null } });
  }

  /** Sets the password, ends every session and signs in. Throws TokenInvalid, and ValidationFailed for a password that is easily guessed. */
  async accept(
    token: string,
    password: string,
    name: string | undefined,
    client: ClientFacts,
  ): Promise<SignedInDto | MfaChallengeDto> {
    // Hashing is slow on purpose, and anybody may call this: strangers are sent away before it.
    const found = await this.db.client.invitation.findFirst({ where: usable(token), include: { user: true } });
    if (found === null) throw refusal();
    const passwordHash = await this.passwords.hash(password, { ...found.user, ...(name !== undefined && { name }) });
    return this.db.transaction(async (tx) => {
      const { id, status } = await lockUser(tx, found.userId);
      const { count } = await tx.invitation.updateMany({ where: usable(token), data: { usedAt: new Date() } });
      if (count === 0) throw refusal();
      const data = { passwordHash, status: 'ACTIVE', name, version: { increment: 1 }, updatedAt: new Date() } as const;
      const user = await tx.user.update({ where: { id }, data });
      const deed = { type: AuditType.INVITATION_ACCEPTED, actorId: id, subjectId: id };
      await this.trail.record(tx, deed, status === 'ACTIVE' ? { event: 'PASSWORD_RESET' } : undefined);
      return this.signIns.afterNewPassword(tx, user, client);
    });
  }
}

function usable(token: string): Prisma.InvitationWhereInput {
  return {
    tokenHash: hashToken(token),
    usedAt: null,
    expiresAt: { gt: new Date() },
    user: { status: { not: 'DISABLED' } },
  };
}

const refusal = () => new TokenInvalid('The invitation is unknown, used or expired.');
