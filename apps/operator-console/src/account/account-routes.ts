import type { AccountRoutes } from '@helpdeskly/ui';
import { api, unwrap } from '../api/client.js';

export const account: AccountRoutes = {
  changePassword: (body) => unwrap(api.POST('/api/v1/auth/password', { body })),
  beginFactor: () => unwrap(api.POST('/api/v1/auth/mfa/totp')),
  confirmFactor: (code) => unwrap(api.POST('/api/v1/auth/mfa/totp/confirm', { body: { code } })),
  turnFactorOff: (password) => unwrap(api.DELETE('/api/v1/auth/mfa/totp', { body: { password } })),
  sessions: (cursor, signal) =>
    unwrap(api.GET('/api/v1/auth/sessions', { params: { query: { limit: 100, cursor } }, signal })),
  endSession: (id) => unwrap(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } })),
};
