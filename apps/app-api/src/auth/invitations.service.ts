import { createOneTimeToken, hashToken, Passwords, SessionStore } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { SessionStates } from '../edge/session-states.js';
import type { SignedInDto } from './auth.dto.js';
import { SessionsService } from './sessions.service.js';

const lifetimeMs = 7 * 24 * 3_600_000;

/** One-time ways to set a password: for those invited, and for those who forgot theirs. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly sessions: SessionsService,
    private readonly store: SessionStore,
    private readonly passwords: Passwords,
    private readonly states: SessionStates,
  ) {}

  /** A new invitation for a user; those before it are worth nothing any more. */
  async issue(userId: string): Promise<{ token: string; expiresAt: string }> {
    const { token, hash } = createOneTimeToken('hdi');
    const expiresAt = new Date(Date.now() + lifetimeMs);
    await this.db.transaction(async (tx) => {
      await tx.invitation.deleteMany({ where: { userId, usedAt: null } });
      await tx.invitation.create({ data: { userId, tokenHash: hash, expiresAt } });
    });
    return { token, expiresAt: expiresAt.toISOString() };
  }

  /** Sets the password, ends every session and opens one. Throws TokenInvalid. */
  async accept(token: string, password: string, name: string | undefined): Promise<SignedInDto> {
    const passwordHash = await this.passwords.hash(password);
    const signedIn = await this.db.transaction(async (tx) => {
      const { count } = await tx.invitation.updateMany({
        where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() }, user: { status: { not: 'DISABLED' } } },
        data: { usedAt: new Date() },
      });
      if (count === 0) throw new TokenInvalid('The invitation is unknown, used or expired.');
      const { userId } = await tx.invitation.findUniqueOrThrow({ where: { tokenHash: hashToken(token) } });
      const data = { passwordHash, status: 'ACTIVE' as const, version: { increment: 1 }, updatedAt: new Date(), ...(name === undefined ? {} : { name }) };
      const user = await tx.user.update({ where: { id: userId }, data });
      await this.store.revokeAll(tx, userId);
      return this.sessions.open(tx, user);
    });
    this.states.forget(this.context.current.tenant.id);
    return signedIn;
  }
}
