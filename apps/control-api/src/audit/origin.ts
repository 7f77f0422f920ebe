import { clientAddressOf, clientFactsOf, type ClientFacts } from '@helpdeskly/http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Origin } from './audit-trail.js';

/** The request's actor and address for the audit trail. For handlers that are not public. */
export const RequestOrigin = createParamDecorator((_: unknown, context: ExecutionContext): Origin => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { actor } = request;
  if (actor === undefined || actor.kind === 'USER') throw new Error('only operators and API keys have an origin here');
  return { actor: { kind: actor.kind, id: actor.id, name: actor.name }, ...callerOf(request) };
});

/** The address and client of a request that signs in. */
export const RequestCaller = createParamDecorator((_: unknown, context: ExecutionContext): SigningIn => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { requestId: request.id, ...clientFactsOf(request) };
});

export type Caller = Pick<Origin, 'address' | 'requestId'>;

export type SigningIn = Caller & ClientFacts;

/** The same for hooks. */
export function callerOf(request: FastifyRequest): Caller {
  return { address: clientAddressOf(request), requestId: request.id };
}
