import { assertHardToGuess, InvalidCredentials, Passwords } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import type { Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';
import { findOperator } from '../operators/operator-rows.js';
import { passwordOwner } from '../operators/password-owner.js';
import { OperatorGuesses } from './operator-guesses.js';

/** Proves by a password who somebody is, and replaces it. */
@Injectable()
export class OperatorPasswords {
  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
    private readonly guesses: OperatorGuesses,
  ) {}

  /**
   * Whose password it is. Throws RateLimited after too many failures, LoginBusy, and InvalidCredentials, in the same words and
   * time for known and unknown emails.
   */
  prove(caller: Caller, email: string, password: string): Promise<Operator> {
    const emailKey = email.toLowerCase();
    return this.guesses.atSignIn(caller, emailKey, async () => {
      const found = await this.control.client.operator.findUnique({ where: { emailKey } });
      const matches = await this.passwords.verify(found?.passwordHash, password);
      if (found === null || !matches || found.status !== 'ACTIVE') {
        this.guesses.noteFailure(caller, found, 'SIGN_IN');
        throw new InvalidCredentials();
      }
      return found;
    });
  }

  /** The operator of a session, if the password is right. Throws InvalidCredentials, RateLimited, LoginBusy. */
  confirm(
    origin: Origin,
    id: string,
    password: string,
    at: 'PASSWORD_CHANGE' | 'MFA_REMOVAL' = 'PASSWORD_CHANGE',
  ): Promise<Operator> {
    return this.guesses.withinSession(origin, id, async () => {
      const found = await this.control.client.operator.findUnique({ where: { id } });
      const matches = await this.passwords.verify(found?.passwordHash, password);
      if (found === null || !matches) {
        this.guesses.noteFailure(origin, found, at);
        throw new InvalidCredentials('The current password is wrong.');
      }
      return found;
    });
  }

  /**
   * Puts `next` in the place of `current`, and does `also` in the same transaction. Throws ValidationFailed for a new password
   * that is easily guessed, InvalidCredentials, RateLimited.
   */
  async change(
    origin: Origin,
    id: string,
    { current, next }: { readonly current: string; readonly next: string },
    also: (tx: Prisma.TransactionClient) => Promise<void>,
  ): Promise<void> {
    assertHardToGuess(next, passwordOwner(await findOperator(this.control.client, id)), 'newPassword');
    const operator = await this.confirm(origin, id, current);
    const passwordHash = await this.passwords.hash(next);
    await this.control.transaction(async (tx) => {
      const data = { passwordHash, version: { increment: 1 }, updatedAt: new Date() };
      const { count } = await tx.operator.updateMany({ where: { id, passwordHash: operator.passwordHash }, data });
      if (count === 0) throw new InvalidCredentials('The password was changed meanwhile.');
      await also(tx);
    });
  }
}
