import { randomBytes } from 'node:crypto';
import type { ControlConfig } from '@helpdeskly/config';
import { Api, owner, type Caller } from '@helpdeskly/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createControlApi, type ControlApiOptions } from 'control-api';

/** A control API that listens, and whoever calls it. Every answer is held to its OpenAPI document. */
export class RunningControlApi {
  private running: NestFastifyApplication | undefined;

  private constructor(
    app: NestFastifyApplication,
    readonly origin: string,
    private readonly api: Api,
  ) {
    this.running = app;
  }

  get app(): NestFastifyApplication {
    if (this.running === undefined) throw new Error('this control API was stopped');
    return this.running;
  }

  static async start(config: ControlConfig, options?: ControlApiOptions): Promise<RunningControlApi> {
    const app = await createControlApi(config, options);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const origin = await app.getUrl();
    return new RunningControlApi(app, origin, await Api.at(origin));
  }

  async stop(): Promise<void> {
    const { app } = this;
    this.running = undefined; // A worker keeps what the variables of its test files name.
    await app.close();
  }

  /** A caller with the first owner's access token. */
  async asOwner(): Promise<Caller> {
    const { status, body } = await this.anonymous().post('/auth/login', owner);
    if (status !== 200) throw new Error(`the owner could not sign in: ${status}`);
    return this.with(body.accessToken);
  }

  anonymous(): Caller {
    return this.api.as();
  }

  /** A caller with a token or an API key. */
  with(credential: string): Caller {
    return this.api.as({ authorization: `Bearer ${credential}` });
  }
}

/** A slug that nobody has. */
export function newSlug(word = 'acme'): string {
  return `${word}-${randomBytes(5).toString('hex')}`;
}

/** What `POST /tenants` wants, for a slug. */
export function tenantInput(slug: string, more: Record<string, unknown> = {}) {
  return {
    name: 'Acme Inc.',
    slug,
    admin: { email: `admin@${slug}.test`, name: 'Ada', password: 'correct horse battery' },
    ...more,
  };
}

/** Waits for the end of the provisioning. */
export const wait = { headers: { prefer: 'wait=30' } };
