import { Idempotent, type Actor } from '@helpdeskly/http';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ImportUploads } from './import-uploads.js';

/** Takes the request's archive in before anything else is done: while it arrives no transaction is open. */
@Injectable()
class ArchiveInterceptor implements NestInterceptor {
  constructor(private readonly uploads: ImportUploads) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { actor: Actor }>();
    await this.uploads.receive(request.actor, request);
    return from(this.answer(request, next));
  }

  private async answer(request: FastifyRequest, next: CallHandler): Promise<unknown> {
    try {
      return (await lastValueFrom(next.handle())) as unknown;
    } finally {
      await this.uploads.settle(request);
    }
  }
}

/** A POST with an archive: it honours Idempotency-Key, by which the same archive is taken once. */
export const ReceivesArchiveOnce = () => applyDecorators(UseInterceptors(ArchiveInterceptor), Idempotent());
