import { type FieldError, ValidationFailed } from '@helpdeskly/errors';
import type { ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';

interface Declared {
  readonly query: boolean;
  readonly body: boolean;
}

const known = new WeakMap<object, Declared>();

/**
 * Refuses parameters and fields that are sent to a handler which declares none: Nest would not look at them, and the caller
 * would believe that they counted. Throws ValidationFailed.
 */
export function refuseUndeclared(context: ExecutionContext, request: FastifyRequest): void {
  const declared = declaredBy(context);
  const errors: FieldError[] = [];
  if (!declared.query && request.url.includes('?')) {
    for (const field of Object.keys(request.query as object)) errors.push({ field, code: 'unknown_field', message: 'There is no such parameter.' });
  }
  if (!declared.body && request.body !== undefined) errors.push(...fieldsOf(request.body));
  if (errors.length > 0) throw new ValidationFailed(errors);
}

function declaredBy(context: ExecutionContext): Declared {
  const handler = context.getHandler();
  let declared = known.get(handler);
  if (declared === undefined) {
    const sources = Object.keys((Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) as object | undefined) ?? {});
    const takes = (source: RouteParamtypes) => sources.some((key) => key.startsWith(`${source}:`));
    declared = { query: takes(RouteParamtypes.QUERY), body: takes(RouteParamtypes.BODY) };
    known.set(handler, declared);
  }
  return declared;
}

function fieldsOf(body: unknown): FieldError[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [{ field: '(body)', code: 'not_an_object', message: 'The body is a JSON object.' }];
  return Object.keys(body).map((field) => ({ field, code: 'unknown_field', message: 'There is no such field.' }));
}
