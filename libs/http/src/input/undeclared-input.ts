import { FieldErrors } from '@helpdeskly/errors';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';

/** The parts of a request that a handler reads. */
export interface Input {
  readonly query: boolean;
  readonly body: boolean;
}

/** What a handler's parameters declare. Parameter decorators run before those of their method. */
export function inputOf(target: object, key: string | symbol): Input {
  const sources = Object.keys(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) as object | undefined) ?? {},
  );
  const takes = (source: RouteParamtypes) => sources.some((name) => name.startsWith(`${source}:`));
  return { query: takes(RouteParamtypes.QUERY), body: takes(RouteParamtypes.BODY) };
}

/**
 * Refuses parameters and fields if the handler declares none: Nest would ignore them, and the caller
 * would believe that they had an effect. Throws ValidationFailed.
 */
export function refuseUndeclared(request: FastifyRequest, input: Input): void {
  if (input.query && input.body) return;
  const errors = new FieldErrors();
  if (!input.query && request.url.includes('?')) {
    for (const field of Object.keys(request.query as object))
      errors.add(() => ({ field, code: 'unknown_field', message: 'There is no such parameter.' }));
  }
  if (!input.body && request.body !== undefined) addFieldsOf(request.body, errors);
  errors.throwIfAny();
}

function addFieldsOf(body: unknown, errors: FieldErrors): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return errors.add(() => ({ field: '(body)', code: 'not_an_object', message: 'The body must be a JSON object.' }));
  for (const field of Object.keys(body))
    errors.add(() => ({ field, code: 'unknown_field', message: 'There is no such field.' }));
}
