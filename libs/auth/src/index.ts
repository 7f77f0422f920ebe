export { AccessTokens, type AccessClaims, type SigningKeySource } from './access-tokens.js';
export { InvalidCredentials, RefreshTokenReused } from './errors.js';
export { createOneTimeToken, hashToken } from './one-time-token.js';
export { Passwords } from './passwords.js';
export { SessionStore, type OpenedSession, type SqlRunner } from './session-store.js';
