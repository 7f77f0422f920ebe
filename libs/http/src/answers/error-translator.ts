import type { DomainError } from '@helpdeskly/errors';
import type { FastifyRequest } from 'fastify';

/** Translates errors of libraries, such as an unreachable database. */
export abstract class ErrorTranslator {
  /** The error for the client, or undefined if it is our own fault. */
  abstract translate(error: unknown, request: FastifyRequest): DomainError | undefined;
}
