export { AccessTokens, type AccessClaims } from './access-tokens.js';
export { InvalidCredentials, RefreshTokenReused } from './errors.js';
export { passwordFault, type PasswordOwner } from './guessable-passwords.js';
export { KnownAddresses } from './known-addresses.js';
export { MfaStore } from './mfa/mfa-store.js';
export { otpauthUrl } from './mfa/totp.js';
export { createOneTimeToken, hashToken } from './one-time-token.js';
export { assertHardToGuess, Passwords } from './passwords.js';
export { SessionStore, type OpenedSession, type Replay, type SqlRunner } from './session-store.js';
