import { DomainError } from '@helpdeskly/errors';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorTranslator } from './error-translator.js';
import { EdgeError, problemKinds, problemOf, routeNotFound } from './problems.js';
import { RequestLog } from '../wire/request-log.js';

/** Answers every error with application/problem+json. It logs an unexpected error and answers only 500. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(ErrorTranslator) private readonly translator: ErrorTranslator,
    @Inject(RequestLog) private readonly log: RequestLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest(), http.getResponse());
  }

  /** For routes outside of Nest. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    sendProblem(this.translate(error, request), request, reply);
  }

  private translate(error: unknown, request: FastifyRequest): DomainError {
    if (error instanceof DomainError) {
      if (problemKinds[error.code].status >= 500) this.log.outage(request, error, error.cause);
      return error;
    }
    if (isAborted(error, request)) return new EdgeError('malformed_request', 'The body is incomplete.');
    const known = ofFramework(error) ?? this.translator.translate(error, request);
    if (known === undefined) {
      this.log.fault(request, error);
      return new EdgeError('internal_error', 'Something went wrong on our side. The request id helps us to find it.');
    }
    if (problemKinds[known.code].status >= 500) this.log.outage(request, known, error);
    return known;
  }
}

/** Answers with a problem; 401 and 503 get the headers that RFC 9110 requires. */
export function sendProblem(error: DomainError, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return;
  const { status } = problemKinds[error.code];
  reply.problemCode = error.code;
  if (status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer');
  if (error.retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfter))));
  const body = JSON.stringify(problemOf(error, request.id));
  reply.code(status).header('content-type', 'application/problem+json; charset=utf-8').send(body);
}

const framework: Readonly<Record<string, () => EdgeError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new EdgeError('payload_too_large', 'A body can have 1 MiB at most.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new EdgeError('unsupported_media_type', 'The body must be application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new EdgeError('malformed_json', 'The body is not as long as Content-Length says.'),
};

/** Nest wraps what Fastify throws before a handler runs, and throws its own errors for unknown routes. */
function ofFramework(error: unknown): DomainError | undefined {
  const { code } = ((error as Error | null)?.cause ?? error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && framework[code] !== undefined) return framework[code]();
  if (error instanceof HttpException && error.getStatus() === 404) return routeNotFound();
  return undefined;
}

/** Whether the client disconnected before its body was complete. The error looks like any broken connection, such as a database's. */
function isAborted(error: unknown, request: FastifyRequest): boolean {
  const { errored } = request.raw;
  return errored !== null && (error === errored || (error as Error | null)?.cause === errored);
}
