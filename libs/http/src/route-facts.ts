import { RouteConfig } from '@nestjs/platform-fastify';

const known = new WeakMap<object, Record<string, unknown>>();

/** Tells Fastify's hooks something of a route. Decorators add to each other, where Nest's RouteConfig alone replaces. */
export function RouteFacts(facts: Record<string, unknown>): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const merged = { ...known.get(handler), ...facts };
    known.set(handler, merged);
    RouteConfig(merged)(target, key, descriptor);
  };
}
