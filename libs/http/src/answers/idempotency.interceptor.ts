import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { addHeaders } from './answer-headers.js';
import { IdempotencyMetrics } from './idempotency-metrics.js';
import { IdempotencyAnswers, IdempotencyInProgress, IdempotencyKeyReused, type KeptAnswer } from './idempotency.js';
import type { Problem } from './problems.js';
import { RouteFacts } from '../wire/route-facts.js';

/** Answers a request with an Idempotency-Key, possibly with a stored answer. */
@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly answers: IdempotencyAnswers,
    private readonly metrics: IdempotencyMetrics,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = IdempotencyAnswers.keyOf(request);
    return key === undefined
      ? next.handle()
      : of(await this.answer(request, http.getResponse<FastifyReply>(), key, next));
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, key: string, next: CallHandler): Promise<unknown> {
    const answer = await this.counted(request, reply, key, async () => {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      addHeaders(request, reply, body); // Before the commit: they are stored with the answer.
      return { status: reply.answerStatus ?? reply.statusCode, body };
    });
    if (answer.replayed) reply.header('idempotency-replayed', 'true');
    if (answer.replayed || answer.status >= 400) {
      reply.answerStatus = answer.status;
      if (answer.status >= 400) reply.problemCode = (answer.body as Problem).code;
      reply.headers(answer.headers);
    }
    // A problem contains the id of the current request.
    return answer.replayed && answer.status >= 400
      ? { ...(answer.body as Problem), requestId: request.id }
      : answer.body;
  }

  private async counted(...run: Parameters<IdempotencyAnswers['run']>): Promise<KeptAnswer> {
    try {
      const answer = await this.answers.run(...run);
      this.metrics.count(answer.replayed ? 'replayed' : 'first');
      return answer;
    } catch (error) {
      if (error instanceof IdempotencyInProgress) this.metrics.count('in_progress');
      else this.metrics.count(error instanceof IdempotencyKeyReused ? 'reused' : 'failed');
      throw error;
    }
  }
}

/**
 * A POST that creates: it honours Idempotency-Key. If it creates only for some bodies, `when` says for which. `about` returns the id of
 * the answer's subject, if that is not its `id`.
 */
export const Idempotent = (about?: (body: never) => string, when?: (body: unknown) => boolean) =>
  applyDecorators(
    RouteFacts({ idempotent: when ?? true, ...(about === undefined ? {} : { about }) }),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        '1 to 255 printable ASCII characters. The same key, actor and body get the first answer again, for 24 hours.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );
