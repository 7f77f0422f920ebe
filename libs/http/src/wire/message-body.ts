import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { EdgeError } from '../answers/problems.js';
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

/** Reads bodies of routes that take a message; other routes still reject them. */
export function acceptMessages(server: FastifyInstance): void {
  const options = { parseAs: 'buffer', bodyLimit: largestMessage } as const;
  server.addContentTypeParser(mediaType, options, (request, body, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (factsOf(request).message !== true) return done(new EdgeError('unsupported_media_type', jsonAlone));
    if (encoding.toLowerCase() !== 'identity')
      return done(new EdgeError('unsupported_media_type', 'Send the message without compression.'));
    done(null, body);
  });
}
