import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { isConnectionFailure } from '@helpdeskly/database';
import { DomainError, ServiceUnavailable, TokenInvalid } from '@helpdeskly/errors';
import {
  AnswerCipher,
  Authenticator,
  createHttpApp,
  Cursors,
  ErrorTranslator,
  fastifyRequestOf,
  HealthChecks,
  RateLimitPolicy,
  RequestScope,
  UnitOfWork,
  type Actor,
  type HttpAppOptions,
  type RateLimit,
} from '@helpdeskly/http';
import { createLogger } from '@helpdeskly/service';
import {
  type DynamicModule,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { NotesController, OdditiesController } from './notes.js';
import { NotesDatabase } from './notes-database.js';

/** Raised for a request that names no team. */
class TeamRequired extends DomainError {
  readonly code = 'tenant_required';
  constructor() {
    super('Name a team by X-Team.');
  }
}

/** The token is the role; `Bearer ADMIN:ada` is ada; `Bearer ADMIN:ada:later` is authenticated a little later. */
class Tokens extends Authenticator {
  authenticate({ headers }: FastifyRequest): Actor | Promise<Actor> {
    const [, role, id = role, later] =
      /^Bearer ([A-Z]+)(?::([a-z]+))?(:later)?$/.exec(headers.authorization ?? '') ?? [];
    if (role === undefined || id === undefined) throw new TokenInvalid();
    const actor: Actor = { kind: 'USER', id, role, name: id };
    return later === undefined ? actor : new Promise((resolve) => setImmediate(() => resolve(actor)));
  }
}

class Rates extends RateLimitPolicy {
  limitsOf({ actor }: FastifyRequest): readonly RateLimit[] {
    const perMinute = actor?.id === 'hasty' ? 2 : 1000;
    return [
      { key: actor?.id ?? 'nobody', perMinute },
      { key: 'team', perMinute: 100_000 },
    ];
  }
}

class Cipher extends AnswerCipher {
  private readonly key = randomBytes(32);

  seal(plaintext: string, owner: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(owner));
    return Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64',
    );
  }

  open(sealed: string, owner: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, 12))
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
  }

  fingerprints(parts: readonly string[]): readonly Buffer[] {
    return [createHmac('sha256', this.key).update(JSON.stringify(parts)).digest()];
  }
}

/** Every error that looked like an outage. */
export const outages: unknown[] = [];

class Outages extends ErrorTranslator {
  translate(error: unknown): DomainError | undefined {
    if (isConnectionFailure(error)) outages.push(error);
    return isConnectionFailure(error)
      ? new ServiceUnavailable('The notes cannot be reached at the moment.', error)
      : undefined;
  }
}

/** Requests under /api/v1 name a team, as they name a tenant in libs/tenancy. */
class TeamMiddleware implements NestMiddleware {
  use(raw: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
    const request = fastifyRequestOf(raw);
    const inApi = request?.routeOptions.url?.startsWith('/api/v1/') === true;
    next(inApi && raw.headers['x-team'] === undefined ? new TeamRequired() : undefined);
  }
}

@Module({})
class GivenModule {
  static of(database: NotesDatabase, checks: HealthChecks['checks']): DynamicModule {
    const providers = [
      { provide: NotesDatabase, useValue: database },
      { provide: UnitOfWork, useExisting: NotesDatabase },
      { provide: Authenticator, useClass: Tokens },
      { provide: RateLimitPolicy, useClass: Rates },
      { provide: AnswerCipher, useClass: Cipher },
      { provide: ErrorTranslator, useClass: Outages },
      { provide: RequestScope, useValue: { run: (_: FastifyRequest, work: () => Promise<unknown>) => work() } },
      { provide: HealthChecks, useValue: { service: 'notes-api', version: '1.2.3', checks } },
      { provide: Cursors, useValue: new Cursors([{ id: 'k1', key: randomBytes(32) }]) },
    ];
    return { module: GivenModule, global: true, providers, exports: providers };
  }
}

@Module({ controllers: [NotesController, OdditiesController], providers: [TeamMiddleware] })
class NotesModule {}

/** The same, with its middleware applied by Nest. */
@Module({})
class NestsOwnMiddleware implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TeamMiddleware).forRoutes('{*path}');
  }
}

/** A small API with every feature of the edge, on a free port. */
export class NotesApi {
  /** The parts of the health checks. */
  static readonly parts = { store: 'up' as 'up' | 'down' };

  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: NotesDatabase,
    readonly logged: string[],
  ) {}

  /** `middleware` says how the middleware that finds the team is applied. */
  static async start(
    options: Partial<HttpAppOptions> = {},
    middleware: 'by a hook' | 'by Nest' = 'by a hook',
  ): Promise<NotesApi> {
    const database = await NotesDatabase.create();
    const logged: string[] = [];
    const lines = new Writable({
      write(line: Buffer, _encoding, done) {
        logged.push(line.toString());
        done();
      },
    });
    @Module({
      imports: [
        NotesModule,
        ...(middleware === 'by Nest' ? [NestsOwnMiddleware] : []),
        GivenModule.of(database, {
          store: () =>
            NotesApi.parts.store === 'up' ? Promise.resolve() : Promise.reject(new Error('store.internal is away')),
        }),
      ],
    })
    class Root {}
    const app = await createHttpApp(Root, {
      config: {
        host: '127.0.0.1',
        logLevel: 'info',
        trustedProxies: [],
        corsOrigins: [],
        redisUrl: undefined,
        encryptionKeys: [],
        userRequestsPerMinute: 0,
        tenantRequestsPerMinute: 0,
        shutdownDrainDelayMs: 0,
        shutdownDeadlineMs: 10_000,
      },
      logger: createLogger('notes-api', 'info', lines),
      service: 'notes-api',
      title: 'Notes',
      description: 'Notes, for the tests of the edge.',
      tags: { notes: 'Short texts', oddities: 'What no API should have' },
      version: '1.2.3',
      commonProblems: ['tenant_required'],
      ...(middleware === 'by a hook' ? { middleware: TeamMiddleware } : {}),
      ...options,
    });
    await app.listen(0, '127.0.0.1');
    return new NotesApi(app, database, logged);
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The log's lines, parsed. */
  get log(): Record<string, unknown>[] {
    return this.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}
