import { useSyncExternalStore } from 'react';
import { ApiFailure, type Problem } from './api.js';

export interface SessionUser {
  readonly id: string;
  readonly version: number;
}

/** Who sits at this browser, as far as this page knows. */
export type Session<Me> =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signedOut'; readonly ended: boolean }
  | { readonly kind: 'signedIn'; readonly user: Me }
  | { readonly kind: 'secondFactorDue'; readonly user: Me }
  /** The server does not answer, or has nothing for anybody: `offline`, or one of the codes that close a page. */
  | { readonly kind: 'closed'; readonly code: string };

interface SignedIn<Me> {
  readonly accessToken: string;
  readonly user: Me;
}

export interface MfaChallenge {
  readonly mfaRequired: true;
  readonly mfaToken: string;
}

type Renewal = 'renewed' | 'none' | 'unreachable';

const asCookie = { 'X-Session': 'cookie' };

/**
 * The session of whoever sits at this browser: the cookie holds what renews it, this page the token that runs out. Tabs tell each
 * other when it begins and when it ends.
 */
export class SessionKeeper<Me extends SessionUser> {
  private session: Session<Me> = { kind: 'starting' };
  private accessToken: string | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly tabs = new BroadcastChannel('session');
  private renewing: Promise<Renewal> | undefined;

  /** `closing`: the codes with which the server says that there is nothing here for anybody. */
  constructor(private readonly closing: ReadonlySet<string> = new Set()) {
    this.tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data === 'left') this.leave(false);
      if (data === 'entered' && this.session.kind === 'signedOut') void this.resume();
    });
  }

  readonly token = (): string | undefined => this.accessToken;

  readonly current = (): Session<Me> => this.session;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes up the session of the cookie, if there is one. `asked`: the renewal, if it has been asked for already. */
  readonly resume = async (asked?: Promise<Response>): Promise<void> => {
    const outcome = await this.refresh(asked);
    if (outcome === 'none' && this.session.kind === 'starting') this.become({ kind: 'signedOut', ended: false });
    if (outcome === 'unreachable') this.become({ kind: 'closed', code: 'offline' });
  };

  /** The challenge of whoever has a second factor. Throws ApiFailure. */
  readonly signIn = (email: string, password: string): Promise<MfaChallenge | undefined> =>
    this.enter('login', { email, password });

  readonly verifyCode = async (mfaToken: string, code: string): Promise<void> => {
    await this.enter('mfa/verify', { mfaToken, code });
  };

  readonly acceptInvitation = (input: object): Promise<MfaChallenge | undefined> =>
    this.enter('invitations/accept', input);

  readonly signOut = async (): Promise<void> => {
    await this.authorized(new Request('/api/v1/auth/logout', { method: 'POST', headers: asCookie })).catch(
      () => undefined, // Signed out here, whatever the server could still be told.
    );
    this.leave(false);
    this.tabs.postMessage('left');
  };

  /** The second factor that was due is set up: the token in hand opens everything from now on. */
  readonly secondFactorIsOn = (): void => {
    if (this.session.kind === 'secondFactorDue') this.become({ kind: 'signedIn', user: this.session.user });
  };

  /** Sends a request with the token; a token that has run out is renewed once. Throws nothing that fetch does not. */
  readonly authorized = async (request: Request): Promise<Response> => {
    const again = request.clone();
    const sentWith = this.accessToken;
    const response = await fetch(this.withToken(request));
    // A wrong password or code is 401 too, and must not be sent twice.
    if (response.status === 401 && sentWith !== undefined && (await codeOf(response.clone())) === 'token_invalid') {
      if (this.accessToken !== sentWith || (await this.refresh()) === 'renewed') return fetch(this.withToken(again));
      return response;
    }
    if (response.status === 403) await this.noteRefusal(response.clone());
    return response;
  };

  /** One renewal at a time for this page; other tabs may renew at once, which the server expects. */
  readonly refresh = (asked?: Promise<Response>): Promise<Renewal> => {
    this.renewing ??= this.renew(asked).finally(() => (this.renewing = undefined));
    return this.renewing;
  };

  /** A request without a token to one of the routes of `/auth`. Throws ApiFailure. */
  readonly post = async (path: string, body: object): Promise<Response> => {
    let response: Response;
    try {
      response = await fetch(`/api/v1/auth/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...asCookie },
        body: JSON.stringify(body),
      });
    } catch {
      throw new ApiFailure({ code: 'offline', status: 0, detail: 'No connection.' });
    }
    if (response.ok) return response;
    const retryAfter = response.headers.get('retry-after');
    const problem = (await response.json()) as Problem;
    throw new ApiFailure(problem, retryAfter === null ? undefined : Number(retryAfter));
  };

  private become(next: Session<Me>): void {
    this.session = next;
    for (const listener of this.listeners) listener();
  }

  /** The session is over: the page says so and asks to sign in again. */
  private leave(ended: boolean): void {
    this.accessToken = undefined;
    if (this.session.kind !== 'signedOut') this.become({ kind: 'signedOut', ended });
  }

  private withToken(request: Request): Request {
    if (this.accessToken !== undefined) request.headers.set('authorization', `Bearer ${this.accessToken}`);
    return request;
  }

  private async noteRefusal(response: Response): Promise<void> {
    const code = await codeOf(response);
    if (this.closing.has(code)) this.become({ kind: 'closed', code });
    if (code === 'mfa_setup_required' && this.session.kind === 'signedIn')
      this.become({ kind: 'secondFactorDue', user: this.session.user });
  }

  private async renew(asked?: Promise<Response>): Promise<Renewal> {
    let response: Response;
    let signedIn: SignedIn<Me> | undefined;
    try {
      response = await (asked ?? fetch('/api/v1/auth/refresh', { method: 'POST', headers: asCookie }));
      if (response.ok) signedIn = (await response.json()) as SignedIn<Me>;
    } catch {
      return 'unreachable'; // Or it answers something else than the API, as a network that wants a sign-in of its own.
    }
    if (signedIn !== undefined) return this.admit(signedIn) ? 'renewed' : 'none';
    const code = await codeOf(response);
    if (this.closing.has(code)) this.become({ kind: 'closed', code });
    else if (response.status >= 500 || response.status === 429) return 'unreachable';
    else if (this.session.kind !== 'starting') this.leave(true);
    return 'none';
  }

  private async enter(path: string, body: object): Promise<MfaChallenge | undefined> {
    const response = await this.post(path, body);
    const answer = (await response.json()) as SignedIn<Me> | MfaChallenge;
    if ('mfaRequired' in answer) return answer;
    this.admit(answer);
    this.tabs.postMessage('entered');
    return undefined;
  }

  /** False for somebody else than the one whom this page shows: the page begins anew, with nothing of theirs in it. */
  private admit({ accessToken: token, user }: SignedIn<Me>): boolean {
    const { session } = this;
    if ('user' in session && session.user.id !== user.id) {
      location.replace('/');
      return false;
    }
    this.accessToken = token;
    if (session.kind === 'signedIn' && session.user.version === user.version)
      for (const listener of this.listeners) listener();
    else if (session.kind !== 'secondFactorDue') this.become({ kind: 'signedIn', user });
    return true;
  }
}

export function useKeptSession<Me extends SessionUser>(keeper: SessionKeeper<Me>): Session<Me> {
  return useSyncExternalStore(keeper.subscribe, keeper.current);
}

/** The person who is signed in, for parts of a page that nobody else sees. */
export function useKeptUser<Me extends SessionUser>(keeper: SessionKeeper<Me>): Me {
  const now = useKeptSession(keeper);
  if (now.kind !== 'signedIn') throw new Error('This part of the page is for people who are signed in.');
  return now.user;
}

async function codeOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  return problem.code ?? '';
}
