import {
  assertHardToGuess,
  InvalidCredentials,
  KnownAddresses,
  Passwords,
  SessionStore,
  type OpenedSession,
} from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type OperatorRole } from '@helpdeskly/catalog';
import { Forbidden, TokenInvalid } from '@helpdeskly/errors';
import { FailureNotes, LoginThrottle, networkOf, type Actor } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordFailure, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';
import { OperatorInvitations } from '../operators/operator-invitations.js';
import { findOperator } from '../operators/operator-rows.js';
import { viewOperator } from '../operators/operator.dto.js';
import { passwordOwner } from '../operators/password-owner.js';
import type { CallerDto, SessionDto } from './session.dto.js';
import { OperatorTokens } from './operator-tokens.js';

/** Sign-in of operators. */
@Injectable()
export class OperatorAuth {
  private readonly sessions = new SessionStore('control');
  private readonly addresses = new KnownAddresses('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
    private readonly tokens: OperatorTokens,
    private readonly throttle: LoginThrottle,
    private readonly failures: FailureNotes,
    private readonly invitations: OperatorInvitations,
  ) {}

  /**
   * Throws RateLimited after too many failures, LoginBusy, and InvalidCredentials, in the same words and time for known and unknown
   * emails.
   */
  async login(caller: Caller, email: string, password: string): Promise<SessionDto> {
    const operator = await this.prove(caller, email, password);
    return this.signIn(caller, operator);
  }

  /** By a one-time invitation instead of a password, which it sets. Throws TokenInvalid. */
  async accept(caller: Caller, token: string, password: string): Promise<SessionDto> {
    return this.signIn(caller, await this.invitations.accept(caller, token, password));
  }

  private signIn(caller: Caller, operator: Operator): Promise<SessionDto> {
    return this.control.transaction(async (tx) => {
      // Disabled, or given another password, since it was proven: whoever did that ended the sessions that were there.
      const proven = await tx.$queryRaw<unknown[]>`
        SELECT FROM "Operator" WHERE "id" = ${operator.id}::uuid AND "status" = 'ACTIVE' AND "passwordHash" = ${operator.passwordHash} FOR SHARE`;
      if (proven.length === 0) throw new InvalidCredentials();
      await recordEvent(tx, originOf(caller, operator), { action: 'operator.signed_in' });
      await this.addresses.remember(tx, operator.id, networkOf(caller.address));
      return this.answer(operator, await this.sessions.open(tx, operator.id));
    });
  }

  /** Whose password it is, for a place that asks for it each time instead of opening a session. Throws as login does. */
  async recognise(caller: Caller, email: string, password: string): Promise<Operator> {
    const operator = await this.prove(caller, email, password);
    await this.addresses.remember(this.control.client, operator.id, networkOf(caller.address));
    return operator;
  }

  private prove(caller: Caller, email: string, password: string): Promise<Operator> {
    const { address } = caller;
    const emailKey = email.toLowerCase();
    const isKnown = () => this.addresses.isKnown(this.control.client, emailKey, networkOf(address));
    return this.throttle.guess({ address, account: emailKey, isKnown }, async () => {
      const found = await this.control.client.operator.findUnique({ where: { emailKey } });
      const matches = await this.passwords.verify(found?.passwordHash, password);
      if (found === null || !matches || found.status !== 'ACTIVE') {
        this.noteFailure(caller, found, 'SIGN_IN');
        throw new InvalidCredentials();
      }
      return found;
    });
  }

  /** Throws TokenInvalid and RefreshTokenReused. */
  async refresh(refreshToken: string): Promise<SessionDto> {
    const outcome = await this.control.transaction(async (tx) => {
      const session = await this.sessions.rotate(tx, refreshToken);
      if (SessionStore.isRefused(session)) return session;
      const operator = await tx.operator.findUnique({ where: { id: session.accountId } });
      // Signed in here: while keys cannot be read, the refresh token stays good.
      return operator?.status === 'ACTIVE' ? this.answer(operator, session) : 'invalid';
    });
    if (SessionStore.isRefused(outcome)) throw SessionStore.refused(outcome);
    return outcome;
  }

  /** Throws Forbidden for an API key, which has no session. */
  async logout(origin: Origin, actor: Actor): Promise<void> {
    const sessionId = sessionOf(actor);
    await this.control.transaction(async (tx) => {
      await this.sessions.revoke(tx, sessionId);
      await recordEvent(tx, origin, { action: 'operator.signed_out' });
    });
  }

  /**
   * Ends the operator's other sessions. Throws ValidationFailed for a new password that is easily guessed, InvalidCredentials,
   * RateLimited, and Forbidden for an API key.
   */
  async changePassword(origin: Origin, actor: Actor, current: string, next: string): Promise<void> {
    const sessionId = sessionOf(actor);
    const { id } = actor;
    assertHardToGuess(next, passwordOwner(await findOperator(this.control.client, id)), 'newPassword');
    // Whoever has a session comes this far, nobody else: what is counted here keeps no one from signing in.
    const attempt = { address: origin.address, account: id, isKnown: () => Promise.resolve(false) };
    const operator = await this.throttle.guess(attempt, async () => {
      const found = await this.control.client.operator.findUnique({ where: { id } });
      const matches = await this.passwords.verify(found?.passwordHash, current);
      if (found === null || !matches) {
        this.noteFailure(origin, found, 'PASSWORD_CHANGE');
        throw new InvalidCredentials('The current password is wrong.');
      }
      return found;
    });
    const passwordHash = await this.passwords.hash(next);
    await this.control.transaction(async (tx) => {
      const data = { passwordHash, version: { increment: 1 }, updatedAt: new Date() };
      const { count } = await tx.operator.updateMany({ where: { id, passwordHash: operator.passwordHash }, data });
      if (count === 0) throw new InvalidCredentials('The password was changed meanwhile.');
      await this.sessions.revokeAll(tx, id, sessionId);
      await recordEvent(tx, origin, { action: 'operator.password_changed' });
    });
  }

  /** Whoever calls. */
  async me(actor: Actor): Promise<CallerDto> {
    const { id, name } = actor;
    const role = actor.role as OperatorRole;
    if (actor.kind === 'API_KEY') return { kind: 'API_KEY', id, email: null, name, role };
    const operator = await this.control.client.operator.findUnique({ where: { id }, select: { email: true } });
    if (operator === null) throw new TokenInvalid();
    return { kind: 'OPERATOR', id, email: operator.email, name, role };
  }

  /** An email that no operator has is not told: people type passwords there. */
  private noteFailure(caller: Caller, operator: Operator | null, at: 'SIGN_IN' | 'PASSWORD_CHANGE'): void {
    const { address, requestId } = caller;
    const failure =
      operator === null
        ? { key: `sign-in ${networkOf(address)}`, group: 'sign-in' }
        : { key: `sign-in ${operator.id}` };
    const who = operator === null ? {} : { id: operator.id, email: operator.email };
    this.failures.note(failure, (times) =>
      recordFailure(
        this.control.client,
        { address, requestId },
        { action: 'operator.sign_in_failed', details: { at, times, ...who } },
      ),
    );
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

function sessionOf(actor: Actor): string {
  if (actor.sessionId === undefined) throw new Forbidden('An API key has neither a session nor a password.');
  return actor.sessionId;
}

function originOf(caller: Caller, operator: Operator): Origin {
  const { address, requestId } = caller;
  return { address, requestId, actor: { kind: 'OPERATOR', id: operator.id, name: operator.name } };
}
