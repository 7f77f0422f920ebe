import { InvalidCredentials, KnownAddresses, type Replay, SessionStore } from '@helpdeskly/auth';
import { networkOf, type ClientFacts, type ShownToken } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { AuditType } from '../audit/audit-types.js';
import { SessionStates } from '../edge/session-states.js';
import { AccountTrail } from './account-trail.js';
import type { SignedInDto } from './auth.dto.js';
import { SessionTokens } from './session-tokens.js';

/** The sessions of a tenant's users. What ends or changes one here binds in this process as soon as it is committed. */
@Injectable()
export class Sessions {
  private readonly store = new SessionStore('tenant');
  private readonly addresses = new KnownAddresses('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly tokens: SessionTokens,
    private readonly states: SessionStates,
    private readonly trail: AccountTrail,
  ) {}

  /**
   * Opens a session for a user who has just proven who they are, and remembers the address. Throws InvalidCredentials when the
   * user was disabled, or the password changed, since then: that ended the sessions that were there, and this is none of them.
   */
  async open(user: User, client: ClientFacts): Promise<SignedInDto> {
    return this.db.transaction(async (tx) => {
      await this.assertStillProven(tx, user);
      return this.openProven(tx, user, client);
    });
  }

  /** The same within a transaction that has asserted it. */
  async openProven(tx: Prisma.TransactionClient, user: User, client: ClientFacts): Promise<SignedInDto> {
    const place = await this.addresses.remember(tx, user.id, networkOf(client.address));
    const session = await this.store.open(tx, user.id, client);
    const notice = { event: 'NEW_SIGN_IN', sessionId: session.sessionId, address: client.address } as const;
    const deed = { type: AuditType.SIGNED_IN, actorId: user.id, subjectId: user.id };
    await this.trail.record(tx, deed, place === 'new' ? notice : undefined);
    return this.tokens.issue(session, user);
  }

  /** Throws InvalidCredentials for a user who was disabled, or has another password, since they proved who they are. */
  async assertStillProven(tx: Prisma.TransactionClient, { id, passwordHash }: User): Promise<void> {
    const proven = await tx.$queryRaw<unknown[]>`
      SELECT FROM "User" WHERE "id" = ${id}::uuid AND "status" = 'ACTIVE' AND "passwordHash" = ${passwordHash} FOR SHARE`;
    if (proven.length === 0) throw new InvalidCredentials();
  }

  /** Exchanges a refresh token. Throws TokenInvalid, RefreshTokenReused. */
  async refresh({ refreshToken, byCookie }: ShownToken): Promise<SignedInDto> {
    const outcome = await this.db.transaction(async (tx) => {
      const session = await this.store.rotate(tx, refreshToken, byCookie);
      if (SessionStore.isRefused(session)) {
        if (session !== 'invalid' && session.ended) await this.noteReplay(tx, session);
        return session;
      }
      const user = await tx.user.findUnique({ where: { id: session.accountId } });
      // Signed in here: while keys cannot be read, the refresh token stays good.
      return user?.status === 'ACTIVE' ? this.tokens.issue(session, user) : 'invalid';
    });
    if (SessionStore.isRefused(outcome)) throw SessionStore.refused(outcome);
    return outcome;
  }

  /** Told once for each session: whoever shows the token again and again fills no trail. */
  private async noteReplay(tx: Prisma.TransactionClient, { accountId, sessionId }: Replay): Promise<void> {
    await this.reconsider();
    const deed = { type: AuditType.REFRESH_TOKEN_REUSED, actorType: 'UNKNOWN', subjectId: accountId } as const;
    await this.trail.record(tx, { ...deed, details: { sessionId } }, { event: 'REFRESH_TOKEN_REUSED', sessionId });
  }

  /**
   * Signs a user out of a session. False when the user has no such session that lives. `from` is the session that asked for it: if that
   * is another one, the user hears of it.
   */
  async end(sessionId: string, userId: string, from = sessionId): Promise<boolean> {
    const ended = await this.db.transaction(async (tx) => {
      if (!(await this.store.end(tx, userId, sessionId))) return false;
      const deed = { type: AuditType.SIGNED_OUT, actorId: userId, subjectId: userId };
      await this.trail.record(tx, deed, from === sessionId ? undefined : { event: 'SESSION_ENDED', sessionId });
      return true;
    });
    await this.reconsider();
    return ended;
  }

  /** Ends every session of a user, but the one given. */
  async endAll(tx: Prisma.TransactionClient, userId: string, keep?: string): Promise<void> {
    await this.store.revokeAll(tx, userId, keep);
    await this.reconsider();
  }

  /** Once the transaction that is open here has committed, what sessions let their users do is looked up anew. */
  async reconsider(): Promise<void> {
    await this.db.afterCommit(() => this.states.forget());
  }
}
