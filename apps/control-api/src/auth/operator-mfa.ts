import { InvalidCredentials, MfaStore, otpauthUrl, SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, Secrets } from '@helpdeskly/catalog';
import { Forbidden, NotFound } from '@helpdeskly/errors';
import type { Actor, MfaSecretDto } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { assertStillOwner } from '../actors/still-has-role.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';
import { findOperator, lockOperator } from '../operators/operator-rows.js';
import { OperatorGuesses } from './operator-guesses.js';
import { OperatorPasswords } from './operator-passwords.js';
import { sessionOf } from './operator-sessions.js';

/** The second factor of operators. */
@Injectable()
export class OperatorMfa {
  private readonly store = new MfaStore('control');
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly guesses: OperatorGuesses,
    private readonly passwords: OperatorPasswords,
    private readonly secrets: Secrets,
  ) {}

  /** A new secret, which does not count until it is confirmed. Throws MfaEnabled, and Forbidden for an API key. */
  async begin(actor: Actor): Promise<MfaSecretDto> {
    sessionOf(actor);
    const { email } = await findOperator(this.control.client, actor.id);
    const secret = await this.control.transaction((tx) => this.store.begin(tx, this.secrets, actor.id));
    return { secret, otpauthUrl: otpauthUrl(secret, { issuer: 'Helpdeskly operators', account: email }) };
  }

  /**
   * Turns it on, and ends all other sessions: a password alone opened them. Returns the recovery codes. Throws NotFound, MfaEnabled,
   * InvalidCredentials, RateLimited, and Forbidden.
   */
  confirm(origin: Origin, actor: Actor, code: string): Promise<string[]> {
    const sessionId = sessionOf(actor);
    const turnOn = () =>
      this.control.transaction(async (tx) => {
        await lockOperator(tx, actor.id); // No sign-in that saw it off opens a session behind this.
        const codes = await this.store.confirm(tx, this.secrets, actor.id, code);
        await this.sessions.revokeAll(tx, actor.id, sessionId);
        await recordEvent(tx, origin, { action: 'operator.mfa_enabled' });
        return codes;
      });
    return this.guesses.withinSession(origin, actor.id, () =>
      turnOn().catch(async (error: unknown) => {
        if (error instanceof InvalidCredentials)
          this.guesses.noteFailure(origin, await findOperator(this.control.client, actor.id), 'MFA_SETUP');
        throw error;
      }),
    );
  }

  /** Throws InvalidCredentials, RateLimited, LoginBusy, and Forbidden for an API key. */
  async turnOff(origin: Origin, actor: Actor, password: string): Promise<void> {
    sessionOf(actor);
    await this.passwords.confirm(origin, actor.id, password, 'MFA_REMOVAL');
    await this.control.transaction(async (tx) => {
      if (await this.store.turnOff(tx, actor.id)) await recordEvent(tx, origin, { action: 'operator.mfa_disabled' });
    });
  }

  /** For an operator who lost it: an OWNER turns it off, and every session of the operator ends. Throws NotFound, Forbidden. */
  async reset(origin: Origin, id: string): Promise<void> {
    if (id === origin.actor.id)
      throw new Forbidden('Turn your own second factor off by DELETE /auth/mfa/totp, with your password.');
    await this.control.transaction(async (tx) => {
      const { operator } = await lockOperator(tx, id);
      await assertStillOwner(tx, origin);
      if (!(await this.store.turnOff(tx, id))) throw new NotFound('second factor');
      await this.sessions.revokeAll(tx, id);
      await recordEvent(tx, origin, { action: 'operator.mfa_reset', details: { id, email: operator.email } });
    });
  }

  /**
   * Whose challenge a code meets. A wrong code counts as a failed sign-in. Throws TokenInvalid, InvalidCredentials, RateLimited,
   * LoginBusy.
   */
  async verify(caller: Caller, mfaToken: string, code: string): Promise<Operator> {
    const id = await this.store.challenged(this.control.client, mfaToken);
    const operator = id === undefined ? null : await this.control.client.operator.findUnique({ where: { id } });
    if (operator === null) throw MfaStore.refused('invalid');
    await this.guesses.atSignIn(caller, operator.emailKey, async () => {
      const outcome = await this.control.transaction((tx) => this.store.meet(tx, this.secrets, mfaToken, code));
      if (MfaStore.isMet(outcome)) return;
      if (outcome === 'wrong') this.guesses.noteFailure(caller, operator, 'SECOND_FACTOR');
      throw MfaStore.refused(outcome);
    });
    return operator;
  }
}
