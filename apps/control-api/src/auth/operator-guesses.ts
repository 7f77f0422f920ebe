import { KnownAddresses } from '@helpdeskly/auth';
import { ControlDatabase, type Operator } from '@helpdeskly/catalog';
import { FailureNotes, LoginThrottle, networkOf } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordFailure, type Origin } from '../audit/audit-trail.js';
import type { Caller } from '../audit/origin.js';

/** Guesses at operators' passwords and codes: counted, and told in the audit trail when they are wrong. */
@Injectable()
export class OperatorGuesses {
  private readonly addresses = new KnownAddresses('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly throttle: LoginThrottle,
    private readonly failures: FailureNotes,
  ) {}

  /** A guess of somebody who wants to sign in. Throws RateLimited, LoginBusy, and what the guess throws. */
  atSignIn<T>({ address }: Caller, emailKey: string, guess: () => Promise<T>): Promise<T> {
    const isKnown = () => this.addresses.isKnown(this.control.client, emailKey, networkOf(address));
    return this.throttle.guess({ address, account: emailKey, isKnown }, guess);
  }

  /**
   * A guess of somebody with a session. Nobody else comes this far, so what is counted here keeps no one from signing in. Throws
   * as atSignIn does.
   */
  withinSession<T>({ address }: Caller, operatorId: string, guess: () => Promise<T>): Promise<T> {
    return this.throttle.guess({ address, account: operatorId, isKnown: () => Promise.resolve(false) }, guess);
  }

  /** Remembers the address as one that this operator signs in from: failures of others do not hold it up. */
  async remember(tx: Parameters<KnownAddresses['remember']>[0], { address }: Caller, { id }: Operator): Promise<void> {
    await this.addresses.remember(tx, id, networkOf(address));
  }

  /** The trail does not tell an email that no operator has: people type passwords there. */
  noteFailure(caller: Pick<Origin, 'address' | 'requestId'>, operator: Operator | null, at: GuessAt): void {
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

type GuessAt = 'SIGN_IN' | 'SECOND_FACTOR' | 'PASSWORD_CHANGE' | 'MFA_SETUP' | 'MFA_REMOVAL';
