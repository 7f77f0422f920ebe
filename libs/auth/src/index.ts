export { AccessTokens, type AccessClaims } from './access-tokens.js';
export { InvalidCredentials, MfaEnabled, RefreshTokenReused } from './errors.js';
export { passwordFault, type PasswordOwner } from './guessable-passwords.js';
export { KnownAddresses } from './known-addresses.js';
export { MfaStore, type MfaChallenge, type TotpCipher } from './mfa/mfa-store.js';
export { otpauthUrl } from './mfa/totp.js';
export { createOneTimeToken, hashToken } from './one-time-token.js';
export { assertHardToGuess, Passwords } from './passwords.js';
export {
  SessionStore,
  type ListedSession,
  type OpenedSession,
  type Replay,
  type SessionOrigin,
  type SqlRunner,
} from './session-store.js';
