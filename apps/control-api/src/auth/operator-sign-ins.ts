import { InvalidCredentials, MfaStore, type OpenedSession, type Replay, SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import type { MfaChallengeDto, ShownToken } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordFailure, type Origin } from '../audit/audit-trail.js';
import type { Caller, SigningIn } from '../audit/origin.js';
import { viewOperator } from '../operators/operator.dto.js';
import { OperatorGuesses } from './operator-guesses.js';
import { OperatorTokens } from './operator-tokens.js';
import type { SessionDto } from './session.dto.js';

/** Opens sessions for operators who have proven who they are, and keeps them going. */
@Injectable()
export class OperatorSignIns {
  private readonly sessions = new SessionStore('control');
  private readonly mfa = new MfaStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly tokens: OperatorTokens,
    private readonly guesses: OperatorGuesses,
  ) {}

  /** After a right password: a session, or a challenge if the operator has a second factor. Throws InvalidCredentials. */
  afterPassword(caller: SigningIn, operator: Operator): Promise<SessionDto | MfaChallengeDto> {
    return this.control.transaction(async (tx) => {
      await assertStillProven(tx, operator);
      if (!(await this.mfa.isOn(tx, operator.id))) return this.open(tx, caller, operator);
      return { mfaRequired: true, ...(await this.mfa.challenge(tx, operator.id)) };
    });
  }

  /** After the second factor, too. Throws InvalidCredentials. */
  afterCode(caller: SigningIn, operator: Operator): Promise<SessionDto> {
    return this.control.transaction(async (tx) => {
      await assertStillProven(tx, operator);
      return this.open(tx, caller, operator);
    });
  }

  /** Throws TokenInvalid and RefreshTokenReused. */
  async refresh(caller: Caller, { refreshToken, byCookie }: ShownToken): Promise<SessionDto> {
    const outcome = await this.control.transaction(async (tx) => {
      const session = await this.sessions.rotate(tx, refreshToken, byCookie);
      if (SessionStore.isRefused(session)) {
        if (session !== 'invalid' && session.ended) await this.noteReplay(tx, caller, session);
        return session;
      }
      const operator = await tx.operator.findUnique({ where: { id: session.accountId } });
      // Signed in here: while keys cannot be read, the refresh token stays good.
      return operator?.status === 'ACTIVE' ? this.answer(operator, session) : 'invalid';
    });
    if (SessionStore.isRefused(outcome)) throw SessionStore.refused(outcome);
    return outcome;
  }

  /** Once for each session: a token that is shown again and again fills no trail. */
  private async noteReplay(tx: Prisma.TransactionClient, caller: Caller, { accountId: id }: Replay): Promise<void> {
    await recordFailure(tx, caller, { action: 'operator.refresh_token_reused', details: { id } });
  }

  private async open(tx: Prisma.TransactionClient, caller: SigningIn, operator: Operator): Promise<SessionDto> {
    await recordEvent(tx, originOf(caller, operator), { action: 'operator.signed_in' });
    await this.guesses.remember(tx, caller, operator);
    return this.answer(operator, await this.sessions.open(tx, operator.id, caller));
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

/** Whoever disabled the operator or changed the password meanwhile ended the sessions that were there, and this is none of them. */
async function assertStillProven(tx: Prisma.TransactionClient, { id, passwordHash }: Operator): Promise<void> {
  const proven = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Operator" WHERE "id" = ${id}::uuid AND "status" = 'ACTIVE' AND "passwordHash" = ${passwordHash} FOR SHARE`;
  if (proven.length === 0) throw new InvalidCredentials();
}

function originOf({ address, requestId }: Caller, { id, name }: Operator): Origin {
  return { address, requestId, actor: { kind: 'OPERATOR', id, name } };
}
