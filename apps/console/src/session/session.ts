import { ApiFailure } from '@helpdeskly/ui';
import { useSyncExternalStore } from 'react';
import type { components } from '../generated/app-api.js';

type Schemas = components['schemas'];
export type Me = Schemas['UserDto'];

/** Who sits at this browser, as far as this page knows. */
export type Session =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signedOut'; readonly ended: boolean }
  | { readonly kind: 'signedIn'; readonly user: Me }
  | { readonly kind: 'secondFactorDue'; readonly user: Me }
  /** The helpdesk does not answer: suspended, unknown, under maintenance. */
  | { readonly kind: 'closed'; readonly code: string };

let session: Session = { kind: 'starting' };
let accessToken: string | undefined;
const listeners = new Set<() => void>();
const tabs = new BroadcastChannel('session');

const closing = new Set(['tenant_inactive', 'tenant_not_found', 'tenant_slug_invalid']);

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

/** The person who is signed in, for parts of the page that nobody else sees. */
export function useMe(): Me {
  const now = useSession();
  if (now.kind !== 'signedIn') throw new Error('This part of the page is for people who are signed in.');
  return now.user;
}

export const currentToken = (): string | undefined => accessToken;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const currentSession = (): Session => session;

function become(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Takes up the session of the cookie, if there is one. */
export async function resume(): Promise<void> {
  const outcome = await refresh();
  if (outcome === 'none' && session.kind === 'starting') become({ kind: 'signedOut', ended: false });
  if (outcome === 'unreachable') become({ kind: 'closed', code: 'offline' });
}

export async function signIn(email: string, password: string): Promise<Schemas['MfaChallengeDto'] | undefined> {
  return enter('login', { email, password });
}

export async function verifyCode(mfaToken: string, code: string): Promise<void> {
  await enter('mfa/verify', { mfaToken, code });
}

export async function acceptInvitation(
  input: Schemas['AcceptInvitationDto'],
): Promise<Schemas['MfaChallengeDto'] | undefined> {
  return enter('invitations/accept', input);
}

/** Has a mail sent with a link that sets a new password, to an address that has an account. */
export async function askForReset(input: Schemas['ResetPasswordDto']): Promise<void> {
  const response = await post('password-reset', input);
  if (response.status !== 202) throw await failureOf(response);
}

export async function signOut(): Promise<void> {
  await authorized(new Request('/api/v1/auth/logout', { method: 'POST', headers: { 'X-Session': 'cookie' } })).catch(
    () => undefined, // Signed out here, whatever the server could still be told.
  );
  leave(false);
  tabs.postMessage('left');
}

/** The second factor that was due is set up: the token in hand opens everything from now on. */
export function secondFactorIsOn(): void {
  if (session.kind === 'secondFactorDue') become({ kind: 'signedIn', user: session.user });
}

/** The session is over: the page says so and asks to sign in again. */
function leave(ended: boolean): void {
  accessToken = undefined;
  if (session.kind !== 'signedOut') become({ kind: 'signedOut', ended });
}

tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'left') leave(false);
  if (data === 'entered' && session.kind === 'signedOut') void resume();
});

/** Sends a request with the token; a token that has run out is renewed once. Throws nothing that fetch does not. */
export async function authorized(request: Request): Promise<Response> {
  const again = request.clone();
  const sentWith = accessToken;
  const response = await fetch(withToken(request));
  // A wrong password or code is 401 too, and must not be sent twice.
  if (response.status === 401 && sentWith !== undefined && (await codeOf(response.clone())) === 'token_invalid') {
    if (accessToken !== sentWith || (await refresh()) === 'renewed') return fetch(withToken(again));
    return response;
  }
  if (response.status === 403) await noteRefusal(response.clone());
  return response;
}

function withToken(request: Request): Request {
  if (accessToken !== undefined) request.headers.set('authorization', `Bearer ${accessToken}`);
  return request;
}

async function noteRefusal(response: Response): Promise<void> {
  const code = await codeOf(response);
  if (code === 'tenant_inactive') become({ kind: 'closed', code });
  if (code === 'mfa_setup_required' && session.kind === 'signedIn')
    become({ kind: 'secondFactorDue', user: session.user });
}

async function codeOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  return problem.code ?? '';
}

type Renewal = 'renewed' | 'none' | 'unreachable';
let renewing: Promise<Renewal> | undefined;

/** One renewal at a time for this page; other tabs may renew at once, which the server expects. */
export function refresh(): Promise<Renewal> {
  renewing ??= renew().finally(() => (renewing = undefined));
  return renewing;
}

async function renew(): Promise<Renewal> {
  let response: Response;
  try {
    response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-Session': 'cookie' } });
  } catch {
    return 'unreachable';
  }
  if (response.ok) {
    return admit((await response.json()) as Schemas['SignedInDto']) ? 'renewed' : 'none';
  }
  const code = await codeOf(response);
  if (closing.has(code)) become({ kind: 'closed', code });
  else if (response.status >= 500 || response.status === 429) return 'unreachable';
  else if (session.kind !== 'starting') leave(true);
  return 'none';
}

async function enter(path: string, body: object): Promise<Schemas['MfaChallengeDto'] | undefined> {
  const response = await post(path, body);
  if (!response.ok) throw await failureOf(response);
  const answer = (await response.json()) as Schemas['SignedInDto'] | Schemas['MfaChallengeDto'];
  if ('mfaRequired' in answer) return answer;
  admit(answer);
  tabs.postMessage('entered');
  return undefined;
}

async function post(path: string, body: object): Promise<Response> {
  try {
    return await fetch(`/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Session': 'cookie' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ApiFailure({ code: 'offline', status: 0, detail: 'No connection.' });
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const retryAfter = response.headers.get('retry-after');
  const problem = (await response.json()) as Schemas['ProblemDto'];
  return new ApiFailure(problem, retryAfter === null ? undefined : Number(retryAfter));
}

/** False for somebody else than the one whom this page shows: the page begins anew, with nothing of theirs in it. */
function admit({ accessToken: token, user }: Schemas['SignedInDto']): boolean {
  if ('user' in session && session.user.id !== user.id) {
    location.replace('/');
    return false;
  }
  accessToken = token;
  if (session.kind === 'signedIn' && session.user.version === user.version)
    for (const listener of listeners) listener();
  else if (session.kind !== 'secondFactorDue') become({ kind: 'signedIn', user });
  return true;
}
