import { DomainError, ValidationFailed } from '@helpdeskly/errors';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../actor.js';
import { problemKinds, problemOf } from './problems.js';
import { factsOf } from '../wire/route-facts.js';

/** The common part of both apps' Prisma clients and transactions. */
export interface RawSql {
  $queryRawUnsafe<T>(sql: string, ...values: unknown[]): Promise<T>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/** A transaction that the handler's own transactions join. */
export abstract class UnitOfWork {
  abstract transaction<T>(work: (sql: RawSql) => Promise<T>): Promise<T>;
  /** Inside it: if `work` throws, what it did is undone, and the transaction continues. */
  abstract attempt<T>(work: (sql: RawSql) => Promise<T>): Promise<T>;
}

/** Encrypts stored answers and recognises requests. */
export abstract class AnswerCipher {
  abstract seal(plaintext: string, owner: string): string;
  abstract open(sealed: string, owner: string): string;
  /** HMACs of the parts under each key, newest first. */
  abstract fingerprints(parts: readonly string[]): readonly Buffer[];
}

/** Raised while the first request with this key is still running. */
export class IdempotencyInProgress extends DomainError {
  readonly code = 'idempotency_in_progress';
  constructor() {
    super('A request with this Idempotency-Key is still under way.', { retryAfter: 1 });
  }
}

/** Raised when a key is used again with another request. */
export class IdempotencyKeyReused extends DomainError {
  readonly code = 'idempotency_key_reused';
  constructor() {
    super('This Idempotency-Key was used for another request.');
  }
}

/** A stored answer. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly replayed: boolean;
}

/** Does a part of a request's work unless it is done; `about` returns the id of the answer's subject. */
export type KeptParts = <T>(
  name: string,
  about: (body: T) => string | undefined,
  work: () => Promise<{ status: number; body: T }>,
) => Promise<KeptAnswer>;

/** The key's owner, and the request's fingerprint. */
interface Owner {
  readonly actorId: string;
  readonly prints: readonly Buffer[];
}

interface Row {
  readonly fingerprint: Uint8Array;
  readonly status: number;
  readonly answer: string;
}

const keptHeaders = ['location', 'etag'] as const;
const notKept = (status: number) => [400, 401, 403, 429].includes(status) || status >= 500;

/**
 * Idempotency keys, in a table that both schemas have. Key and write commit in one transaction, so neither a crash nor a
 * second request can separate them; a request that finds its key locked gets IdempotencyInProgress.
 */
@Injectable()
export class IdempotencyAnswers {
  constructor(
    @Inject(UnitOfWork) private readonly unitOfWork: UnitOfWork,
    @Inject(AnswerCipher) private readonly cipher: AnswerCipher,
  ) {}

  /** The request's key, if its route honours one. Throws ValidationFailed for a malformed key. */
  static keyOf(request: FastifyRequest): string | undefined {
    const { idempotent } = factsOf(request);
    if (idempotent === undefined) return undefined;
    return idempotent === true || idempotent(request.body) ? IdempotencyAnswers.sentKey(request) : undefined;
  }

  /** The key that a request sent. Throws ValidationFailed for a malformed one. */
  static sentKey(request: FastifyRequest): string | undefined {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return undefined;
    if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key;
    throw new ValidationFailed([
      { field: 'Idempotency-Key', code: 'malformed', message: 'This must be 1 to 255 printable ASCII characters.' },
    ]);
  }

  /** Returns the stored answer, or runs the handler and stores its answer. */
  async run(
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    handler: () => Promise<{ status: number; body: unknown }>,
  ): Promise<KeptAnswer> {
    const about = ({ body }: KeptAnswer) =>
      (factsOf(request).about ?? (({ id }: { id?: unknown }) => id))((body ?? {}) as never);
    return this.keep(this.recognise(request), key, about, () => this.attempt(request, reply, handler));
  }

  /**
   * Binds a key to a request that does the same to many items, each in its own transaction. It returns a function that does one item's
   * part once. Throws IdempotencyKeyReused, IdempotencyInProgress.
   */
  async claim(request: FastifyRequest, key: string): Promise<KeptParts> {
    const owner = this.recognise(request);
    const claimed = { status: 204, body: null, headers: {}, replayed: false };
    await this.keep(
      owner,
      key,
      () => undefined,
      () => Promise.resolve(claimed),
    );
    return (name, about, work) =>
      this.keep(
        owner,
        `${key}\n${name}`, // A key from a client never contains a line feed.
        ({ body }) => about(body as never),
        () => this.attempt(request, undefined, work),
      );
  }

  private recognise(request: FastifyRequest): Owner {
    const parts = [request.method, request.url, JSON.stringify(request.body ?? null)];
    return { actorId: actorOf(request), prints: this.cipher.fingerprints(parts) };
  }

  private async keep(
    { actorId, prints }: Owner,
    key: string,
    about: (answer: KeptAnswer) => unknown,
    work: () => Promise<KeptAnswer>,
  ): Promise<KeptAnswer> {
    return this.unitOfWork.transaction(async (sql) => {
      await lock(sql, actorId, key);
      await sql.$executeRawUnsafe(
        `DELETE FROM "IdempotencyKey" WHERE "actorId" = $1 AND "key" = $2 AND "expiresAt" <= now()`,
        actorId,
        key,
      );
      const rows = await sql.$queryRawUnsafe<Row[]>(
        `SELECT "fingerprint", "status", "answer" FROM "IdempotencyKey" WHERE "actorId" = $1 AND "key" = $2`,
        actorId,
        key,
      );
      const [kept] = rows;
      if (kept !== undefined) {
        if (!prints.some((print) => print.equals(kept.fingerprint))) throw new IdempotencyKeyReused();
        return {
          ...(JSON.parse(this.cipher.open(kept.answer, ownerOf(actorId, key))) as Omit<KeptAnswer, 'replayed'>),
          replayed: true,
        };
      }
      const answer = await work();
      const resourceId = answer.status < 300 ? about(answer) : undefined;
      await sql.$executeRawUnsafe(
        `INSERT INTO "IdempotencyKey" ("actorId", "key", "fingerprint", "status", "answer", "resourceId", "expiresAt")
         VALUES ($1, $2, $3, $4, $5, $6, now() + interval '24 hours')`,
        actorId,
        key,
        new Uint8Array(prints[0] ?? Buffer.alloc(0)),
        answer.status,
        this.seal(answer, actorId, key),
        typeof resourceId === 'string' ? resourceId : null,
      );
      return answer;
    });
  }

  /** Replaces a stored answer that became outdated between its commit and its sending. */
  async amend(request: FastifyRequest, key: string, answer: Omit<KeptAnswer, 'replayed'>): Promise<void> {
    const actorId = actorOf(request);
    await this.unitOfWork.transaction((sql) =>
      sql.$executeRawUnsafe(
        `UPDATE "IdempotencyKey" SET "status" = $3, "answer" = $4 WHERE "actorId" = $1 AND "key" = $2`,
        actorId,
        key,
        answer.status,
        this.seal(answer, actorId, key),
      ),
    );
  }

  private seal(answer: Omit<KeptAnswer, 'replayed'>, actorId: string, key: string): string {
    return this.cipher.seal(
      JSON.stringify({ status: answer.status, body: answer.body, headers: answer.headers }),
      ownerOf(actorId, key),
    );
  }

  /** A refusal (404, 409, 422…) is an answer too: the handler's writes are undone, the key is stored. */
  private async attempt(
    request: FastifyRequest,
    reply: FastifyReply | undefined,
    handler: () => Promise<{ status: number; body: unknown }>,
  ): Promise<KeptAnswer> {
    try {
      const { status, body } = await this.unitOfWork.attempt(handler);
      const headers = Object.fromEntries(
        keptHeaders.flatMap((name) => (reply?.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
      );
      return { status, body, headers, replayed: false };
    } catch (error) {
      if (!(error instanceof DomainError) || notKept(problemKinds[error.code].status)) throw error;
      const { status } = problemKinds[error.code];
      return {
        status,
        body: problemOf(error, request.id),
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
        replayed: false,
      };
    }
  }
}

function actorOf(request: FastifyRequest): string {
  const { actor } = request;
  if (actor === undefined) throw new Error('an idempotent route cannot be public');
  return keeperOf(actor);
}

/** The owner of stored answers, as in the column `actorId`. */
export const keeperOf = ({ kind, id }: Pick<Actor, 'kind' | 'id'>) => `${kind}:${id}`;

const ownerOf = (actorId: string, key: string) => `${actorId}:${key}`;

async function lock(sql: RawSql, actorId: string, key: string): Promise<void> {
  const rows = await sql.$queryRawUnsafe<{ locked: boolean }[]>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
    ownerOf(actorId, key),
  );
  if (rows[0]?.locked !== true) throw new IdempotencyInProgress();
}
