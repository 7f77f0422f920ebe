import { DomainError } from '@helpdeskly/errors';

/** Raised when an email and a password do not match; it says no more than that. */
export class InvalidCredentials extends DomainError {
  readonly code = 'invalid_credentials';
  constructor(sentence = 'The email or the password is wrong.') {
    super(sentence);
  }
}

/** Raised when a second factor is set up that is on already. */
export class MfaEnabled extends DomainError {
  readonly code = 'mfa_enabled';
  constructor() {
    super('The second factor is on. Turn it off before you set up another one.');
  }
}

/** Raised when a refresh token is used again after its exchange: its whole session has ended. */
export class RefreshTokenReused extends DomainError {
  readonly code = 'refresh_token_reused';
  constructor() {
    super('This refresh token was used before. Its session has ended; sign in again.');
  }
}
