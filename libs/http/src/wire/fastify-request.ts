import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Node's request with a reference to Fastify's: middleware gets only the former. */
interface Led extends IncomingMessage {
  fastifyRequest?: FastifyRequest;
}

/** Stores the reference. */
export function leadTo(request: FastifyRequest): void {
  (request.raw as Led).fastifyRequest = request;
}

/** Fastify's request for Node's request; undefined if the route does not exist. */
export function fastifyRequestOf(raw: IncomingMessage): FastifyRequest | undefined {
  return (raw as Led).fastifyRequest;
}
