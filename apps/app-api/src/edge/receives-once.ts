import { Idempotent, type Actor } from '@helpdeskly/http';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';

/** What a form of one file adds to it at most: two boundaries and the part's headers. In bytes. */
export const mostAround = 20_000;

/** What requests bring beside their answer: a file, which is stored as it arrives. */
export interface Uploads {
  /** Stores what the request brings, and tells about it as the request's body, by which a second one is known for the same. */
  receive(actor: Actor, request: FastifyRequest): Promise<void>;
  /** Ends what `receive` began. */
  settle(actor: Actor, request: FastifyRequest, outcome: 'answered' | 'failed'): Promise<void>;
}

/**
 * A POST with a file, which is taken in before anything else is done: while it arrives no transaction is open. It honours
 * Idempotency-Key, by which the same file is taken once.
 */
export function ReceivesOnce(uploads: Type<Uploads>) {
  @Injectable()
  class UploadInterceptor implements NestInterceptor {
    constructor(@Inject(uploads) private readonly received: Uploads) {}

    async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
      const request = context.switchToHttp().getRequest<FastifyRequest & { actor: Actor }>();
      await this.received.receive(request.actor, request);
      return from(this.answer(request, next));
    }

    private async answer(request: FastifyRequest & { actor: Actor }, next: CallHandler): Promise<unknown> {
      try {
        const answer: unknown = await lastValueFrom(next.handle());
        await this.received.settle(request.actor, request, 'answered');
        return answer;
      } catch (error) {
        await this.received.settle(request.actor, request, 'failed');
        throw error;
      }
    }
  }
  return applyDecorators(UseInterceptors(UploadInterceptor), Idempotent());
}
