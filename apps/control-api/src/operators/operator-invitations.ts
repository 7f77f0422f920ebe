import { assertHardToGuess, createOneTimeToken, hashToken, Passwords, SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import { TokenInvalid } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';
import { assertInvitable } from './operator-changes.js';
import type { OperatorInvitationDto } from './operator.dto.js';
import { findOperator, lockOperator } from './operator-rows.js';
import { passwordOwner } from './password-owner.js';
import { assertStillOwner } from '../actors/still-has-role.js';

const lifetimeMs = 7 * 24 * 3_600_000;

/** One-time invitations to set a password: for new operators, and for those who forgot theirs. */
@Injectable()
export class OperatorInvitations {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
  ) {}

  /** Throws NotFound, InvalidTransition for a disabled operator, and Forbidden as Operators.change does. */
  async invite(origin: Origin, id: string): Promise<OperatorInvitationDto> {
    return this.control.transaction(async (tx) => {
      const { operator } = await lockOperator(tx, id);
      await assertStillOwner(tx, origin);
      assertInvitable(operator);
      await recordEvent(tx, origin, { action: 'operator.invited', details: { id, email: operator.email } });
      return this.issue(tx, operator);
    });
  }

  /** A new invitation that replaces earlier ones, for an operator whose row the transaction has locked. */
  async issue(tx: Prisma.TransactionClient, { id: operatorId, email }: Operator): Promise<OperatorInvitationDto> {
    const { token, hash } = createOneTimeToken('hdi');
    const expiresAt = new Date(Date.now() + lifetimeMs);
    await this.withdraw(tx, operatorId);
    await tx.operatorInvitation.create({ data: { operatorId, tokenHash: hash, expiresAt } });
    return { email, token, expiresAt: expiresAt.toISOString() };
  }

  /** Invalidates an operator's unused invitations. */
  async withdraw(tx: Prisma.TransactionClient, operatorId: string): Promise<void> {
    await tx.operatorInvitation.deleteMany({ where: { operatorId, usedAt: null } });
  }

  /** Sets the password and ends every session. Throws TokenInvalid, and ValidationFailed for a guessable password. */
  async accept(caller: Caller, token: string, password: string): Promise<Operator> {
    // Hashing is slow on purpose, and anybody may call this: it refuses strangers before it hashes.
    const found = await this.control.client.operatorInvitation.findFirst({
      where: usable(token),
      include: { operator: true },
    });
    if (found === null) throw refusal();
    const { operatorId: id, operator: invited } = found;
    assertHardToGuess(password, passwordOwner(invited));
    const passwordHash = await this.passwords.hash(password);
    return this.control.transaction(async (tx) => {
      await lockOperator(tx, id);
      const { count } = await tx.operatorInvitation.updateMany({
        where: usable(token),
        data: { usedAt: new Date() },
      });
      if (count === 0) throw refusal();
      const data = { passwordHash, status: 'ACTIVE', version: { increment: 1 }, updatedAt: new Date() } as const;
      await tx.operator.update({ where: { id }, data });
      await this.sessions.revokeAll(tx, id);
      const operator = await findOperator(tx, id);
      const actor = { kind: 'OPERATOR', id, name: operator.name } as const;
      await recordEvent(tx, { ...caller, actor }, { action: 'operator.invitation_accepted' });
      return operator;
    });
  }
}

function usable(token: string): Prisma.OperatorInvitationWhereInput {
  return {
    tokenHash: hashToken(token),
    usedAt: null,
    expiresAt: { gt: new Date() },
    operator: { status: { not: 'DISABLED' } },
  };
}

const refusal = () => new TokenInvalid('The invitation is unknown, used or expired.');
