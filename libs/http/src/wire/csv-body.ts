import { ValidationFailed } from '@helpdeskly/errors';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { EdgeError } from '../answers/problems.js';
import { isStorable, unstorable } from './json-body.js';
import { jsonAlone } from './multipart.js';
import { factsOf, RouteFacts } from './route-facts.js';

const mediaType = 'text/csv';

/** A route whose body is a CSV file; its handler gets the text, without a byte order mark. */
export const TakesCsv = (description: string, example: string) =>
  applyDecorators(
    RouteFacts({ csv: true }),
    ApiConsumes(mediaType),
    ApiBody({ required: true, description, schema: { type: 'string', example } }),
  );

/** Parses CSV bodies of routes that take them; other routes still reject them. */
export function acceptCsv(server: FastifyInstance, bodyLimit: number): void {
  server.addContentTypeParser(mediaType, { parseAs: 'buffer', bodyLimit }, (request, body, done) => {
    try {
      if (factsOf(request).csv !== true) throw new EdgeError('unsupported_media_type', jsonAlone);
      const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = request.headers;
      if (encoding.toLowerCase() !== 'identity' || /charset=(?!"?utf-8"?\s*(?:;|$))/i.test(type))
        throw new EdgeError('unsupported_media_type', 'Send the file in UTF-8 and without compression.');
      done(null, textOf(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function textOf(bytes: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes); // It drops a byte order mark.
  } catch {
    throw new EdgeError('malformed_request', 'The file is not UTF-8.');
  }
  if (!isStorable(text)) throw new ValidationFailed([unstorable('(body)')]);
  return text;
}
