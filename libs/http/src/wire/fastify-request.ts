import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Node's request, on which Fastify's is left: middleware only gets the former. */
interface Led extends IncomingMessage {
  fastifyRequest?: FastifyRequest;
}

/** From now on Node's request leads to this one. */
export function leadTo(request: FastifyRequest): void {
  (request.raw as Led).fastifyRequest = request;
}

/** Fastify's request of a Node's; undefined where there is no such route. */
export function fastifyRequestOf(raw: IncomingMessage): FastifyRequest | undefined {
  return (raw as Led).fastifyRequest;
}
