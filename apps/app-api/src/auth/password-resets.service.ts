import { Injectable } from '@nestjs/common';
import { AccountMail } from '../mail-core/account-mail.js';
import { AccountThrottle } from './account-throttle.js';

/** What somebody asks for who cannot sign in. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly throttle: AccountThrottle,
    private readonly mail: AccountMail,
  ) {}

  /** The same for every address, whether an account has it or not. Throws RateLimited. */
  async request(email: string, address: string): Promise<void> {
    await this.throttle.atReset(email.toLowerCase(), address);
    await this.mail.offerReset(email);
  }
}
