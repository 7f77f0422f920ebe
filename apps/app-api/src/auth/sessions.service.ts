import { AccessTokens, InvalidCredentials, type OpenedSession, Passwords, SessionStore } from '@helpdeskly/auth';
import { type Actor, LoginThrottle } from '@helpdeskly/http';
import { TenantContext, TenantDatabase, type TenantPrisma } from '@helpdeskly/tenancy';
import type { User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { SessionStates } from '../edge/session-states.js';
import { userView } from '../users/user-view.js';
import type { SignedInDto } from './auth.dto.js';

/** Signing in, staying signed in, and signing out. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly store: SessionStore,
    private readonly tokens: AccessTokens,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
    private readonly states: SessionStates,
  ) {}

  /** Unknown emails and wrong passwords answer alike, in words and in time. Throws InvalidCredentials, RateLimited. */
  async login(email: string, password: string, address: string): Promise<SignedInDto> {
    const emailKey = email.toLowerCase();
    const account = `${this.context.current.tenant.id}/${emailKey}`;
    await this.throttle.attempt(address, account);
    const user = await this.db.client.user.findUnique({ where: { emailKey } });
    const usable = user?.status === 'ACTIVE' ? user.passwordHash : null;
    if (!(await this.passwords.verify(usable, password)) || user === null) throw new InvalidCredentials();
    await this.throttle.succeeded(address, account);
    return this.open(this.db.client, user);
  }

  /** Throws TokenInvalid, RefreshTokenReused. */
  async refresh(refreshToken: string): Promise<SignedInDto> {
    const outcome = await this.db.transaction(async (tx) => {
      const session = await this.store.rotate(tx, refreshToken);
      if (typeof session === 'string') return session;
      const user = await tx.user.findUnique({ where: { id: session.accountId } });
      return user?.status === 'ACTIVE' ? { session, user } : 'invalid';
    });
    if (typeof outcome === 'string') {
      this.states.forget(this.context.current.tenant.id);
      throw SessionStore.refused(outcome);
    }
    return this.signedIn(outcome.session, outcome.user);
  }

  async logout(actor: Actor): Promise<void> {
    if (actor.sessionId !== undefined) await this.store.revoke(this.db.client, actor.sessionId);
    this.states.forget(this.context.current.tenant.id);
  }

  /** Opens a session for a user who has proven who they are. */
  async open(sql: TenantPrisma, user: User): Promise<SignedInDto> {
    return this.signedIn(await this.store.open(sql, user.id), user);
  }

  private async signedIn(session: OpenedSession, user: User): Promise<SignedInDto> {
    const accessToken = await this.tokens.issue({ sub: user.id, aud: this.context.current.tenant.id, role: user.role, sid: session.sessionId });
    const { refreshToken, refreshExpiresIn } = session;
    return { tokenType: 'Bearer', accessToken, expiresIn: this.tokens.expiresIn, refreshToken, refreshExpiresIn, user: userView(user) };
  }
}
