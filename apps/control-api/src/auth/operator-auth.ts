import { SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type OperatorRole } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor, MfaChallengeDto } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { SigningIn } from '../audit/origin.js';
import { OperatorInvitations } from '../operators/operator-invitations.js';
import { OperatorPasswords } from './operator-passwords.js';
import { sessionOf } from './operator-sessions.js';
import { OperatorSignIns } from './operator-sign-ins.js';
import type { CallerDto, SessionDto } from './session.dto.js';

/** How operators get into their own account. */
@Injectable()
export class OperatorAuth {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: OperatorPasswords,
    private readonly signIns: OperatorSignIns,
    private readonly invitations: OperatorInvitations,
  ) {}

  /** Throws RateLimited after too many failures, LoginBusy, and InvalidCredentials; see OperatorPasswords. */
  async login(caller: SigningIn, email: string, password: string): Promise<SessionDto | MfaChallengeDto> {
    return this.signIns.afterPassword(caller, await this.passwords.prove(caller, email, password));
  }

  /** With a one-time invitation instead of a password, which it sets. Throws TokenInvalid. */
  async accept(caller: SigningIn, token: string, password: string): Promise<SessionDto | MfaChallengeDto> {
    return this.signIns.afterPassword(caller, await this.invitations.accept(caller, token, password));
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

  /** Whoever calls. */
  async me(actor: Actor): Promise<CallerDto> {
    const { id, name } = actor;
    const role = actor.role as OperatorRole;
    if (actor.kind === 'API_KEY') return { kind: 'API_KEY', id, email: null, name, role };
    const operator = await this.control.client.operator.findUnique({ where: { id }, select: { email: true } });
    if (operator === null) throw new TokenInvalid();
    return { kind: 'OPERATOR', id, email: operator.email, name, role };
  }
}
