import { InvalidCredentials, Passwords, SessionStore, type OpenedSession } from '@helpdeskly/auth';
import { ControlDatabase, type Operator } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { OperatorDto, SessionDto } from './operator.dto.js';
import { OperatorTokens } from './operator-tokens.js';

/** Where a request came from when nobody is signed in yet. */
export type Caller = Pick<Origin, 'address' | 'requestId'>;

/** An operator's own session. */
export interface OwnSession {
  readonly operatorId: string;
  readonly sessionId: string;
}

/** Sign-in of operators. */
@Injectable()
export class OperatorAuth {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
    private readonly tokens: OperatorTokens,
  ) {}

  /** Throws InvalidCredentials, in the same words and time for known and unknown emails. */
  async login(caller: Caller, email: string, password: string): Promise<SessionDto> {
    const operator = await this.control.client.operator.findUnique({ where: { emailKey: email.toLowerCase() } });
    const matches = await this.passwords.verify(operator?.passwordHash, password);
    if (operator === null || !matches || operator.status !== 'ACTIVE') throw new InvalidCredentials();
    const session = await this.control.transaction(async (tx) => {
      await recordEvent(tx, originOf(caller, operator), { action: 'operator.signed_in' });
      return this.sessions.open(tx, operator.id);
    });
    return this.answer(operator, session);
  }

  /** Throws TokenInvalid and RefreshTokenReused. */
  async refresh(refreshToken: string): Promise<SessionDto> {
    const outcome = await this.control.transaction((tx) => this.sessions.rotate(tx, refreshToken));
    if (typeof outcome === 'string') throw SessionStore.refused(outcome);
    const operator = await this.control.client.operator.findUnique({ where: { id: outcome.accountId } });
    if (operator === null || operator.status !== 'ACTIVE') throw new TokenInvalid();
    return this.answer(operator, outcome);
  }

  async logout(origin: Origin, { sessionId }: OwnSession): Promise<void> {
    await this.control.transaction(async (tx) => {
      await this.sessions.revoke(tx, sessionId);
      await recordEvent(tx, origin, { action: 'operator.signed_out' });
    });
  }

  /** Ends the operator's other sessions. Throws InvalidCredentials. */
  async changePassword(origin: Origin, own: OwnSession, current: string, next: string): Promise<void> {
    const operator = await this.control.client.operator.findUnique({ where: { id: own.operatorId } });
    if (!(await this.passwords.verify(operator?.passwordHash, current))) {
      throw new InvalidCredentials('The current password is wrong.');
    }
    const passwordHash = await this.passwords.hash(next);
    await this.control.transaction(async (tx) => {
      const data = { passwordHash, version: { increment: 1 }, updatedAt: new Date() };
      await tx.operator.update({ where: { id: own.operatorId }, data, select: { id: true } });
      await this.sessions.revokeAll(tx, own.operatorId, own.sessionId);
      await recordEvent(tx, origin, { action: 'operator.password_changed' });
    });
  }

  async operator(id: string): Promise<OperatorDto> {
    const operator = await this.control.client.operator.findUnique({ where: { id } });
    if (operator === null) throw new TokenInvalid();
    return viewOperator(operator);
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

function viewOperator({ id, email, name, role, status, version, createdAt, updatedAt }: Operator): OperatorDto {
  return { id, email, name, role, status, version, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
