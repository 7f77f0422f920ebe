import { InvalidCredentials, SessionStore, type OpenedSession } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type OperatorRole } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor, ShownToken } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { Caller, SigningIn } from '../audit/origin.js';
import { OperatorInvitations } from '../operators/operator-invitations.js';
import { viewOperator } from '../operators/operator.dto.js';
import type { CallerDto, SessionDto } from './session.dto.js';
import { OperatorPasswords } from './operator-passwords.js';
import { sessionOf } from './operator-sessions.js';
import { OperatorTokens } from './operator-tokens.js';

/** Login of operators. */
@Injectable()
export class OperatorAuth {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: OperatorPasswords,
    private readonly tokens: OperatorTokens,
    private readonly invitations: OperatorInvitations,
  ) {}

  /** Throws RateLimited after too many failures, LoginBusy, and InvalidCredentials; see OperatorPasswords. */
  async login(caller: SigningIn, email: string, password: string): Promise<SessionDto> {
    const operator = await this.passwords.prove(caller, email, password);
    return this.signIn(caller, operator);
  }

  /** Logs in with a one-time invitation, and sets the password. Throws TokenInvalid. */
  async accept(caller: SigningIn, token: string, password: string): Promise<SessionDto> {
    return this.signIn(caller, await this.invitations.accept(caller, token, password));
  }

  private signIn(caller: SigningIn, operator: Operator): Promise<SessionDto> {
    return this.control.transaction(async (tx) => {
      // The operator may have been disabled, or got another password, since the proof: that change ended only the sessions of its time.
      const proven = await tx.$queryRaw<unknown[]>`
        SELECT FROM "Operator" WHERE "id" = ${operator.id}::uuid AND "status" = 'ACTIVE' AND "passwordHash" = ${operator.passwordHash} FOR SHARE`;
      if (proven.length === 0) throw new InvalidCredentials();
      await recordEvent(tx, originOf(caller, operator), { action: 'operator.signed_in' });
      await this.passwords.remember(tx, caller, operator);
      return this.answer(operator, await this.sessions.open(tx, operator.id, caller));
    });
  }

  /** The operator of a password, for a place that checks it each time instead of opening a session. Throws as login does. */
  async recognise(caller: Caller, email: string, password: string): Promise<Operator> {
    const operator = await this.passwords.prove(caller, email, password);
    await this.passwords.remember(this.control.client, caller, operator);
    return operator;
  }

  /** Throws TokenInvalid and RefreshTokenReused. */
  async refresh({ refreshToken, byCookie }: ShownToken): Promise<SessionDto> {
    const outcome = await this.control.transaction(async (tx) => {
      const session = await this.sessions.rotate(tx, refreshToken, byCookie);
      if (SessionStore.isRefused(session)) return session;
      const operator = await tx.operator.findUnique({ where: { id: session.accountId } });
      // It signs inside the transaction: if the keys cannot be read, the refresh token stays valid.
      return operator?.status === 'ACTIVE' ? this.answer(operator, session) : 'invalid';
    });
    if (SessionStore.isRefused(outcome)) throw SessionStore.refused(outcome);
    return outcome;
  }

  /**
   * Ends the operator's other sessions. Throws ValidationFailed for a new password that is easily guessed, InvalidCredentials,
   * RateLimited, and Forbidden for an API key.
   */
  async changePassword(origin: Origin, actor: Actor, current: string, next: string): Promise<void> {
    const sessionId = sessionOf(actor);
    await this.passwords.change(origin, actor.id, { current, next }, async (tx) => {
      await this.sessions.revokeAll(tx, actor.id, sessionId);
      await recordEvent(tx, origin, { action: 'operator.password_changed' });
    });
  }

  /** The caller. */
  async me(actor: Actor): Promise<CallerDto> {
    const { id, name } = actor;
    const role = actor.role as OperatorRole;
    if (actor.kind === 'API_KEY') return { kind: 'API_KEY', id, email: null, name, role };
    const operator = await this.control.client.operator.findUnique({ where: { id }, select: { email: true } });
    if (operator === null) throw new TokenInvalid();
    return { kind: 'OPERATOR', id, email: operator.email, name, role };
  }

  private async answer(operator: Operator, session: OpenedSession): Promise<SessionDto> {
    const accessToken = await this.tokens.issue(operator, session.sessionId);
    return {
      tokenType: 'Bearer',
      accessToken,
      expiresIn: this.tokens.expiresIn,
      refreshToken: session.refreshToken,
      refreshExpiresIn: session.refreshExpiresIn,
      user: viewOperator(operator),
    };
  }
}

function originOf(caller: Caller, operator: Operator): Origin {
  const { address, requestId } = caller;
  return { address, requestId, actor: { kind: 'OPERATOR', id: operator.id, name: operator.name } };
}
