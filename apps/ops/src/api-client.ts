import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiRequest } from './command-options.js';
import { Ended, exits, Refused } from './exits.js';
import type { SessionFile } from './session-file.js';
import type { Surroundings } from './surroundings.js';

export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

const retries = 2;
/** Less than others wait for the lock of the session file. */
const refreshMs = 15_000;
/** Who calls these has no session yet: a 401 of theirs is about what they sent. */
const withoutSession = new Set(
  ['login', 'mfa/verify', 'refresh', 'invitations/accept'].map((name) => `/api/v1/auth/${name}`),
);

/** Calls the control API as whoever the surroundings name: by an API key, or by the session of `login`. */
export class ApiClient {
  constructor(
    private readonly surroundings: Surroundings,
    readonly url: string,
    private readonly sessions: SessionFile,
  ) {}

  /** An answer below 400. Throws Ended. */
  async call(request: ApiRequest, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const response = withoutSession.has(request.path)
      ? await this.send(request, undefined, headers)
      : await this.sendSigned(request, headers);
    if (response.status >= 400) throw await refusal(response, !withoutSession.has(request.path));
    return response;
  }

  private async sendSigned(request: ApiRequest, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { apiKey } = this.surroundings.config;
    const token = apiKey ?? this.sessions.read(this.url)?.accessToken;
    const response = await this.send(request, token, headers);
    if (response.status !== 401 || apiKey !== undefined || token === undefined) return response;
    const fresh = await this.sessions.alone(this.surroundings.signal, () => this.refreshed(token));
    return fresh === undefined ? response : this.send(request, fresh, headers);
  }

  private async send(
    request: ApiRequest,
    token: string | undefined,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal = this.surroundings.signal,
  ): Promise<Response> {
    const { method, path, body, contentType } = request;
    const sent = {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal,
    };
    for (let tried = 0; ; tried++) {
      try {
        const response = await fetch(`${this.url}${path}`, sent);
        if (method !== 'GET' || response.status !== 503 || tried === retries) return response;
      } catch (error) {
        if (this.surroundings.signal.aborted) throw error;
        if (method !== 'GET' || tried === retries)
          throw new Ended(exits.unavailable, `${this.url} cannot be reached: ${causeOf(error)}`);
      }
      await sleep(500 * (tried + 1), undefined, { signal: this.surroundings.signal });
    }
  }

  /** A refresh token is good once: another command may have used it, and written the next, while this one waited for its turn. */
  private async refreshed(expired: string): Promise<string | undefined> {
    const known = this.sessions.read(this.url);
    if (known === undefined || known.accessToken !== expired) return known?.accessToken;
    const body = JSON.stringify({ refreshToken: known.refreshToken });
    const request = { method: 'POST', path: '/api/v1/auth/refresh', body, contentType: 'application/json' };
    const patience = AbortSignal.any([this.surroundings.signal, AbortSignal.timeout(refreshMs)]);
    const response = await this.send(request, undefined, {}, patience);
    if (!response.ok) return undefined;
    const { accessToken, refreshToken } = (await response.json()) as { accessToken: string; refreshToken: string };
    this.sessions.write({ url: this.url, accessToken, refreshToken });
    return accessToken;
  }
}

/** What the API said. */
async function refusal(response: Response, wantsSession: boolean): Promise<Refused> {
  const { status } = response;
  const problem = (await response.json().catch(() => ({ status }))) as Problem;
  const fields = (problem.errors ?? []).map(({ field, message }) => `\n  ${field}: ${message}`).join('');
  const { title = `HTTP ${status}`, detail = '', code = '', requestId = '' } = problem;
  const hint = status === 401 && wantsSession ? '\nSign in with `ops login`, or set HELPDESKLY_API_KEY.' : '';
  const exit = status === 401 || status === 403 ? exits.forbidden : status >= 500 ? exits.unavailable : exits.refused;
  const sentence = `${title}: ${detail}${fields}\n(${status} ${code}, request ${requestId})${hint}`;
  return new Refused(status, exit, sentence, problem);
}

const causeOf = (error: unknown) => {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
};
