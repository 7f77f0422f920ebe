import { randomBytes } from 'node:crypto';
import type { ControlConfig } from '@helpdeskly/config';
import { createControlApi, type ControlApiOptions } from 'control-api';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { owner } from './control-system.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The tests say by what they expect of it what it is.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A control API that listens, and whoever calls it. */
export class RunningControlApi {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly origin: string,
  ) {}

  static async start(config: ControlConfig, options?: ControlApiOptions): Promise<RunningControlApi> {
    const app = await createControlApi(config, options);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.getHttpServer().address() as { port: number };
    return new RunningControlApi(app, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  /** A caller with the first owner's access token. */
  async asOwner(): Promise<Caller> {
    const { status, body } = await this.anonymous().post('/auth/login', owner);
    if (status !== 200) throw new Error(`the owner could not sign in: ${status}`);
    return new Caller(this.origin, body.accessToken);
  }

  anonymous(): Caller {
    return new Caller(this.origin, undefined);
  }

  /** A caller with a token or an API key. */
  with(credential: string): Caller {
    return new Caller(this.origin, credential);
  }
}

export class Caller {
  constructor(
    private readonly origin: string,
    private readonly credential: string | undefined,
  ) {}

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send('PATCH', path, body, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  /** `path` is below /api/v1 unless it begins with another root. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const root = /^\/(health|docs)/.test(path) ? '' : '/api/v1';
    const answer = await fetch(`${this.origin}${root}${path}`, {
      method,
      headers: {
        ...(this.credential === undefined ? {} : { authorization: `Bearer ${this.credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }
}

/** A slug that nobody has. */
export function newSlug(word = 'acme'): string {
  return `${word}-${randomBytes(5).toString('hex')}`;
}

/** What `POST /tenants` wants, for a slug. */
export function tenantInput(slug: string, more: Record<string, unknown> = {}) {
  return { name: 'Acme Inc.', slug, admin: { email: `admin@${slug}.test`, name: 'Ada', password: 'correct horse battery' }, ...more };
}

export const wait = { prefer: 'wait=30' };
