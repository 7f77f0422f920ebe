import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DomainError } from '@helpdeskly/errors';
import { EdgeError, problemKinds, problemOf, routeNotFound } from '../answers/problems.js';
import { requestIdOf } from './request-facts.js';

const lingerMs = 1000;

/**
 * Node's limits: headers must arrive within `requestTimeoutMs`, the whole request within `fileTimeoutMs`. A missing Host is allowed, so
 * that we can answer it with a problem.
 */
export function httpOptions(requestTimeoutMs: number, fileTimeoutMs: number): ServerOptions {
  return {
    requireHostHeader: false,
    requestTimeout: fileTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
  };
}

/** What Node's HTTP parser refuses never becomes a request: we answer it on the socket, also with a problem. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || answerBegun(socket)) socket.destroy();
  else answerOnSocket(socket, problemOfParser(error.code));
}

/** Answers requests that Node would answer by itself, or not at all. */
export function answerOddRequests(server: Server): void {
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => answerOnSocket(socket, routeNotFound()));
  // RFC 9110, 10.1.1: a server may answer 417 to an unknown expectation. Ignoring it is kinder.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    server.emit('request', request, response),
  );
}

function problemOfParser(code: string | undefined): DomainError {
  if (code === 'HPE_INVALID_METHOD') return routeNotFound();
  if (code === 'HPE_HEADER_OVERFLOW') return new EdgeError('headers_too_large', 'The headers are too large.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new EdgeError('request_timeout', 'The request did not arrive in time.');
  return new EdgeError('malformed_request', 'This is not valid HTTP (RFC 9112).');
}

/** Whether a part of an answer was already sent, which another answer would corrupt. */
function answerBegun(socket: Socket): boolean {
  return (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true;
}

function answerOnSocket(socket: Duplex, error: DomainError): void {
  const requestId = requestIdOf();
  const { status, title } = problemKinds[error.code];
  const body = JSON.stringify(problemOf(error, requestId));
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.on('error', () => socket.destroy()); // The client has already disconnected.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // If we destroy a socket that still receives, it is reset, and the client may lose the answer.
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
