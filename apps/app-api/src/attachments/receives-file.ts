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
import { AttachmentUploads } from './attachment-uploads.js';

/** Takes the request's file in before anything else is done: while it arrives no transaction is open. */
@Injectable()
class FileInterceptor implements NestInterceptor {
  constructor(private readonly uploads: AttachmentUploads) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { actor: Actor }>();
    await this.uploads.receive(request.actor, request);
    return from(this.answer(request, next));
  }

  private async answer(request: FastifyRequest & { actor: Actor }, next: CallHandler): Promise<unknown> {
    try {
      const answer: unknown = await lastValueFrom(next.handle());
      await this.uploads.settle(request.actor, request, 'answered');
      return answer;
    } catch (error) {
      await this.uploads.settle(request.actor, request, 'failed');
      throw error;
    }
  }
}

/** A POST with a file: it honours Idempotency-Key, by which the same file is stored once. */
export const ReceivesFileOnce = () => applyDecorators(UseInterceptors(FileInterceptor), Idempotent());
