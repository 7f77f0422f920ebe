import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Input } from '../input/undeclared-input.js';

/** The routes that stay open to an account that must set up a second factor. */
export const setupRoutes = '/api/v1/auth/';

/** The name in OpenAPI documents of API keys that have scopes. */
export const keyScheme = 'apiKey';

/** Who may call a route: everybody, every signed-in actor, or some roles. */
export type Access = 'public' | 'any' | readonly string[];

/** What Fastify's hooks know of a route, from the decorators of its handler. */
export interface RouteFactsOf {
  readonly access?: Access;
  /** The scope that lets an API key call it; null: none does. */
  readonly scope?: string | null;
  readonly input?: Input;
  /** Whether it honours Idempotency-Key: always, or for some bodies. */
  readonly idempotent?: true | ((body: unknown) => boolean);
  /** The part of a form that contains the file; the route then takes no JSON. */
  readonly file?: string;
  /** Whether its body is a CSV file; the route then takes no JSON. */
  readonly csv?: true;
  /** Whether its body is a mail message; the route then takes no JSON. */
  readonly message?: true;
  /** The id of the answer's subject, if that is not the answer's own `id`: the stored answer is deleted with its subject. */
  readonly about?: (body: never) => string;
  /** The path of the created resource under /api/v1. */
  readonly location?: (body: never) => string | undefined;
  /** The parameter for the next page's cursor, if that is not `cursor`. */
  readonly pagedBy?: string;
}

const known = new WeakMap<object, RouteFactsOf>();

/** Tells Fastify's hooks something about a route. Several decorators add up, while Nest's RouteConfig replaces. */
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
