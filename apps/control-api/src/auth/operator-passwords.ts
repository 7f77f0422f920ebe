import { assertHardToGuess, InvalidCredentials, KnownAddresses, Passwords } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import { FailureNotes, LoginThrottle, networkOf } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordFailure, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';
import { findOperator } from '../operators/operator-rows.js';
import { passwordOwner } from '../operators/password-owner.js';

/** Checks an operator's password, and replaces it. */
@Injectable()
export class OperatorPasswords {
  private readonly addresses = new KnownAddresses('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
    private readonly failures: FailureNotes,
  ) {}

  /**
   * The operator with this password. Throws RateLimited after too many failures, LoginBusy, and InvalidCredentials, with the same text
   * and in the same time for known and unknown emails.
   */
  prove(caller: Caller, email: string, password: string): Promise<Operator> {
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

  /** Remembers that this operator signs in from the address, so that failures from others do not delay it. */
  async remember(tx: Parameters<KnownAddresses['remember']>[0], { address }: Caller, { id }: Operator): Promise<void> {
    await this.addresses.remember(tx, id, networkOf(address));
  }

  /**
   * Replaces `current` with `next`, and runs `also` in the same transaction. Throws ValidationFailed for a guessable new
   * password, InvalidCredentials, RateLimited.
   */
  async change(
    origin: Origin,
    id: string,
    { current, next }: { readonly current: string; readonly next: string },
    also: (tx: Prisma.TransactionClient) => Promise<void>,
  ): Promise<void> {
    assertHardToGuess(next, passwordOwner(await findOperator(this.control.client, id)), 'newPassword');
    // Only a signed-in operator comes this far: failures that count here lock nobody out of the login.
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
      await also(tx);
    });
  }

  /** Omits an email that no operator has: people type passwords there by mistake. */
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
}
