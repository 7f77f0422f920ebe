import type { ApiClient } from './api-client.js';
import { Refused } from './exits.js';
import { ask } from './prompts.js';
import type { SessionFile } from './session-file.js';
import type { Surroundings } from './surroundings.js';

interface Tokens {
  readonly mfaRequired?: boolean;
  readonly mfaToken?: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Signs in with an address, a password and, where it is on, a code, and keeps the tokens. */
export async function signIn(
  surroundings: Surroundings,
  api: ApiClient,
  sessions: SessionFile,
  email: string | undefined,
): Promise<void> {
  const post = async (path: string, body: object) => {
    const request = {
      method: 'POST',
      path: `/api/v1/auth/${path}`,
      body: JSON.stringify(body),
      contentType: 'application/json',
    };
    return (await (await api.call(request)).json()) as Tokens;
  };
  const address = email ?? (await ask(surroundings, 'Email: '));
  const password = await ask(surroundings, 'Password: ', { hidden: true });
  let tokens = await post('login', { email: address, password });
  if (tokens.mfaRequired === true)
    tokens = await post('mfa/verify', { mfaToken: tokens.mfaToken, code: await ask(surroundings, 'Code: ') });
  sessions.write({ url: api.url, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
  surroundings.output.write(`Signed in to ${api.url} as ${address}.\n`);
}

/** Ends the session, and forgets it once the API says that it is over. */
export async function signOut(api: ApiClient, sessions: SessionFile): Promise<void> {
  try {
    await api.call({ method: 'POST', path: '/api/v1/auth/logout' });
  } catch (error) {
    if (error instanceof Refused && error.status === 401) sessions.remove(api.url);
    throw error;
  }
  sessions.remove(api.url);
}
