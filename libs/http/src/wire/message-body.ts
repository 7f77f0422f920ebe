import { ServiceUnavailable } from '@helpdeskly/errors';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertMayCall } from '../access.js';
import { EdgeError } from '../answers/problems.js';
import { allowLongBody } from './body-deadline.js';
import { jsonAlone } from './multipart.js';
import { factsOf, RouteFacts } from './route-facts.js';

const mediaType = 'message/rfc822';
/** In bytes: as many as a mail has at most. */
const largestMessage = 25 * 1024 * 1024;

/** A route whose body is a mail message (RFC 5322) of at most 25 MiB; its handler gets the bytes. */
export const TakesMessage = () =>
  applyDecorators(
    RouteFacts({ message: true }),
    ApiConsumes(mediaType),
    ApiBody({ required: true, schema: { type: 'string', format: 'binary' } }),
  );

/**
 * Reads bodies of routes that take a message, for callers who may call them; anything else is refused before it is read. `mostBytes`
 * is how much of messages the process holds at a time: more of them wait outside.
 */
export function acceptMessages(server: FastifyInstance, mostBytes: number): void {
  const room = new MessageRoom(mostBytes);
  server.addHook('preParsing', (request, reply, _payload, done) => {
    if (factsOf(request).message === true) room.enter(request, reply);
    done();
  });
  server.addContentTypeParser(mediaType, async (request: FastifyRequest) => {
    const { 'content-encoding': encoding = 'identity', 'content-length': length = '0' } = request.headers;
    if (factsOf(request).message !== true) throw new EdgeError('unsupported_media_type', jsonAlone);
    if (encoding.toLowerCase() !== 'identity')
      throw new EdgeError('unsupported_media_type', 'Send the message without compression.');
    assertMayCall(factsOf(request), request);
    if (Number(length) > largestMessage) throw tooLarge();
    allowLongBody(request.raw);
    return room.receive(request);
  });
}

const tooLarge = () => new EdgeError('payload_too_large', 'A message has at most 25 MiB.');

/** Messages that are on their way in: each takes room for what came of it, until its request is answered. */
class MessageRoom {
  private taken = 0;
  private readonly shares = new WeakMap<FastifyRequest, number>();

  constructor(private readonly mostBytes: number) {}

  /** Before `receive`. */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    reply.raw.once('close', () => this.free(request));
  }

  /** Throws EdgeError payload_too_large or ServiceUnavailable, and what disconnected the client. */
  receive(request: FastifyRequest): Promise<Buffer> {
    const { raw } = request;
    const pieces: Buffer[] = [];
    let size = 0;
    return new Promise((resolve, reject) => {
      if (raw.errored !== null) return reject(raw.errored); // The client disconnected before.
      const refuse = (error: Error) => {
        raw.off('data', take);
        raw.resume(); // Discards the rest: a client reads the answer only when it has sent everything.
        pieces.length = 0;
        this.free(request);
        reject(error);
      };
      const take = (piece: Buffer) => {
        size += piece.length;
        if (size > largestMessage) return refuse(tooLarge());
        if (!this.reserve(request, piece.length))
          return refuse(new ServiceUnavailable('Too many messages come in at once. Try again in a moment.'));
        pieces.push(piece);
      };
      raw.on('data', take);
      raw.once('end', () => resolve(Buffer.concat(pieces)));
      raw.once('error', reject);
    });
  }

  private reserve(request: FastifyRequest, bytes: number): boolean {
    if (this.taken + bytes > this.mostBytes) return false;
    this.taken += bytes;
    this.shares.set(request, (this.shares.get(request) ?? 0) + bytes);
    return true;
  }

  private free(request: FastifyRequest): void {
    this.taken -= this.shares.get(request) ?? 0;
    this.shares.delete(request);
  }
}
