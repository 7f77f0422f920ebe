import type { DomainError } from '@helpdeskly/errors';
import type { FastifyRequest } from 'fastify';

/** How an app reads errors that are not ours, such as a database that went away. */
export abstract class ErrorTranslator {
  /** The error that a client is told, or undefined for a fault of ours. */
  abstract translate(error: unknown, request: FastifyRequest): DomainError | undefined;
}
