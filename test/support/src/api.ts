import { AnswerChecker } from './answer-checker.js';

/** An answer with its body parsed; `body` is whatever the test expects it to be. */
export interface Answer<T = any> {
  readonly status: number;
  readonly body: T;
  /** The body as it came. */
  readonly text: string;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an API as one caller does: with that caller's headers, every answer held to the OpenAPI document. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  get<T = any>(path: string, options?: CallOptions): Promise<Answer<T>>;
  post<T = any>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  patch<T = any>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  put<T = any>(path: string, options?: CallOptions): Promise<Answer<T>>;
  delete<T = any>(path: string, options?: CallOptions): Promise<Answer<T>>;
  send<T = any>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  /** The same API with more headers. */
  with(headers: Readonly<Record<string, string>>): Caller;
}

/** One of the two APIs, by its origin. */
export class Api {
  private constructor(
    readonly origin: string,
    private readonly checker: AnswerChecker,
  ) {}

  static async at(origin: string): Promise<Api> {
    const document = await (await fetch(`${origin}/docs/openapi.json`)).text();
    return new Api(origin, AnswerChecker.of(document));
  }

  /** Throws an Error unless the document describes a value by the schema of that name, and every field of it. */
  describes(schema: string, value: object): void {
    this.checker.checkSchema(schema, value);
  }

  as(headers: Readonly<Record<string, string>> = {}): Caller {
    const send = <T>(method: string, path: string, body?: unknown, options: CallOptions = {}) =>
      this.send<T>(method, path, body, { ...headers, ...options.headers });
    return {
      headers,
      send,
      get: (path, options) => send('GET', path, undefined, options),
      post: (path, body, options) => send('POST', path, body, options),
      patch: (path, body, options) => send('PATCH', path, body, options),
      put: (path, options) => send('PUT', path, undefined, options),
      delete: (path, options) => send('DELETE', path, undefined, options),
      with: (more) => this.as({ ...headers, ...more }),
    };
  }

  /** Paths are under /api/v1 unless they begin with another folder that stands outside of it. */
  private async send<T>(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer<T>> {
    const url = /^\/(?:api|health|docs|queues|\.well-known)(?:\/|$)/.test(path) ? path : `/api/v1${path}`;
    const sent =
      body === undefined
        ? {}
        : {
            body:
              typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData
                ? body
                : JSON.stringify(body),
          };
    const response = await fetch(this.origin + url, {
      method,
      redirect: 'manual',
      ...sent,
      headers: {
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const contentType = response.headers.get('content-type');
    if (contentType?.startsWith('text/event-stream') === true) {
      await response.body?.cancel(); // It has no end; whoever wants to hear it reads it by itself.
      this.checker.check(method, url, response.status, contentType, '');
      return { status: response.status, body: undefined as T, text: '', headers: response.headers };
    }
    const text = await response.text();
    const parsed = (
      contentType?.includes('json') === true && text !== '' ? JSON.parse(text) : text === '' ? undefined : text
    ) as T;
    this.checker.check(method, url, response.status, contentType, parsed);
    return { status: response.status, body: parsed, text, headers: response.headers };
  }
}
