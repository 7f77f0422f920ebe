import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiRequest } from './command-options.js';
import { Ended, exits } from './exits.js';
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

/** Calls the control API as whoever the surroundings name: by an API key, or by the session of `login`. */
export class ApiClient {
  constructor(
    private readonly surroundings: Surroundings,
    readonly url: string,
    private readonly sessions: SessionFile,
  ) {}

  /** An answer below 400. Throws Ended. */
  async call(request: ApiRequest, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const { apiKey } = this.surroundings.config;
    const token = apiKey ?? this.sessions.read(this.url)?.accessToken;
    let response = await this.send(request, token, headers);
    if (response.status === 401 && apiKey === undefined && token !== undefined) {
      const fresh = await this.refreshed(token);
      if (fresh !== undefined) response = await this.send(request, fresh, headers);
    }
    if (response.status >= 400) throw await refusal(response);
    return response;
  }

  private async send(
    request: ApiRequest,
    token: string | undefined,
    headers: Readonly<Record<string, string>>,
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
      signal: this.surroundings.signal,
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

  /** A refresh token is good once: another command that runs at the same moment may have used it already. */
  private async refreshed(expired: string): Promise<string | undefined> {
    const known = this.sessions.read(this.url);
    if (known === undefined || known.accessToken !== expired) return known?.accessToken;
    const body = JSON.stringify({ refreshToken: known.refreshToken });
    const request = { method: 'POST', path: '/api/v1/auth/refresh', body, contentType: 'application/json' };
    const response = await this.send(request, undefined, {});
    if (!response.ok) return undefined;
    const { accessToken, refreshToken } = (await response.json()) as { accessToken: string; refreshToken: string };
    this.sessions.write({ url: this.url, accessToken, refreshToken });
    return accessToken;
  }
}

/** What the API said. */
async function refusal(response: Response): Promise<Ended> {
  const { status } = response;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const fields = (problem.errors ?? []).map(({ field, message }) => `\n  ${field}: ${message}`).join('');
  const { title = `HTTP ${status}`, detail = '', code = '', requestId = '' } = problem;
  const hint = status === 401 ? '\nSign in with `ops login`, or set HELPDESKLY_API_KEY.' : '';
  const exit = status === 401 || status === 403 ? exits.forbidden : status >= 500 ? exits.unavailable : exits.refused;
  return new Ended(exit, `${title}: ${detail}${fields}\n(${status} ${code}, request ${requestId})${hint}`);
}

const causeOf = (error: unknown) => {
  const { cause, message } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
};
