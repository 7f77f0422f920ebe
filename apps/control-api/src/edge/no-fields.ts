import { ValidationFailed } from '@helpdeskly/errors';
import { UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

class NoFieldsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (body === undefined) return next.handle();
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new ValidationFailed([{ field: '(body)', code: 'not_an_object', message: 'The body is a JSON object.' }]);
    }
    const [field] = Object.keys(body);
    if (field === undefined) return next.handle();
    throw new ValidationFailed([{ field, code: 'unknown_field', message: 'There is no such field.' }]);
  }
}

/** For an action that takes no fields: the body is empty, `{}`, or refused as any unknown field is. */
export const NoFields = () => UseInterceptors(new NoFieldsInterceptor());
