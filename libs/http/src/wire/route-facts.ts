import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Input } from '../input/undeclared-input.js';

/** Who may call a route: everybody, everybody who is signed in, or some roles. */
export type Access = 'public' | 'any' | readonly string[];

/** What Fastify's hooks know of a route, by the decorators of its handler. */
export interface RouteFactsOf {
  readonly access?: Access;
  readonly input?: Input;
  /** Whether it honours Idempotency-Key: always, or for some bodies. */
  readonly idempotent?: true | ((body: unknown) => boolean);
  /** The part of a form that is a file; the route takes no JSON then. */
  readonly file?: string;
  /** The id of what an answer is about, when that is not the answer's own `id`: a kept one goes when that goes. */
  readonly about?: (body: never) => string;
  /** Where what the handler made is, under /api/v1. */
  readonly location?: (body: never) => string;
  /** The parameter that takes the cursor of the next page, when that is not `cursor`. */
  readonly pagedBy?: string;
}

const known = new WeakMap<object, RouteFactsOf>();

/** Tells Fastify's hooks something of a route. Decorators add to each other, where Nest's RouteConfig alone replaces. */
export function RouteFacts(
  facts: RouteFactsOf | ((target: object, key: string | symbol) => RouteFactsOf),
): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const merged = { ...known.get(handler), ...(typeof facts === 'function' ? facts(target, key) : facts) };
    known.set(handler, merged);
    RouteConfig(merged)(target, key, descriptor);
  };
}

export function factsOf(request: FastifyRequest): RouteFactsOf {
  return request.routeOptions.config as RouteFactsOf;
}
