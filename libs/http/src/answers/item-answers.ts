import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { IdempotencyAnswers, type KeptAnswer, type KeptParts } from './idempotency.js';
import type { Problem } from './problems.js';

/** What became of one item: as if it had been sent alone. */
export type ItemAnswer<Body> =
  { readonly status: number; readonly body: Body } | { readonly status: number; readonly problem: Problem };

/** Why one item was refused; undefined for what no item is to blame for, which then ends the whole. */
export type RefusalOf = (error: unknown, requestId: string) => Problem | undefined;

/** For requests that do the same to many items, each in a transaction of its own. */
@Injectable()
export class ItemAnswers {
  constructor(private readonly answers: IdempotencyAnswers) {}

  /** Throws ValidationFailed for a malformed Idempotency-Key, IdempotencyKeyReused and IdempotencyInProgress. */
  async of(request: FastifyRequest, refusalOf: RefusalOf): Promise<Items> {
    const key = IdempotencyAnswers.sentKey(request);
    const parts = key === undefined ? undefined : await this.answers.claim(request, key);
    return new Items(request.id, refusalOf, parts);
  }
}

/** The items of one request. With an Idempotency-Key each item's answer is kept with its write: doing it all again does nothing twice. */
export class Items {
  private fresh = false;

  constructor(
    private readonly requestId: string,
    private readonly refusalOf: RefusalOf,
    private readonly parts: KeptParts | undefined,
  ) {}

  /** Whether nothing was done that had not been done before. */
  get replayed(): boolean {
    return this.parts !== undefined && !this.fresh;
  }

  /** Does an item's work, unless an earlier request with the same key did. `about` returns the id of the answer's subject. */
  async once<Body>(
    name: string,
    about: (body: Body) => string | undefined,
    work: () => Promise<{ status: number; body: Body }>,
  ): Promise<ItemAnswer<Body>> {
    try {
      const { status, body, replayed } = await this.kept(name, about, work);
      if (!replayed) this.fresh = true;
      return status < 300
        ? { status, body: body as Body }
        : { status, problem: { ...(body as Problem), requestId: this.requestId } };
    } catch (error) {
      const problem = this.refusalOf(error, this.requestId);
      if (problem === undefined) throw error;
      this.fresh = true;
      return { status: problem.status, problem };
    }
  }

  private async kept<Body>(
    name: string,
    about: (body: Body) => string | undefined,
    work: () => Promise<{ status: number; body: Body }>,
  ): Promise<Pick<KeptAnswer, 'status' | 'body' | 'replayed'>> {
    return this.parts === undefined ? { ...(await work()), replayed: false } : this.parts(name, about, work);
  }
}
