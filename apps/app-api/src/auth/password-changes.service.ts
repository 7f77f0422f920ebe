import type { Actor } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { Accounts } from './accounts.service.js';
import { Credentials } from './credentials.service.js';
import { NewPasswords } from './new-passwords.js';
import { StoredPasswords } from './stored-passwords.js';

/** Users who change their own password. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly accounts: Accounts,
    private readonly credentials: Credentials,
    private readonly newPasswords: NewPasswords,
    private readonly stored: StoredPasswords,
  ) {}

  /**
   * Ends all other sessions, and what was issued to reset the old password. Throws ValidationFailed for a new password that is
   * easily guessed, InvalidCredentials, RateLimited, LoginBusy.
   */
  async change(actor: Actor, current: string, next: string, address: string): Promise<void> {
    await this.newPasswords.assertHardToGuess(next, await this.accounts.me(actor), 'newPassword');
    const { passwordHash } = await this.credentials.confirm(actor.id, current, address);
    await this.stored.replace(actor, passwordHash, next);
  }
}
