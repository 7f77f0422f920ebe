import { AsyncResource } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { ValidationFailed } from '@helpdeskly/errors';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { allowLongBody } from './body-deadline.js';
import { EdgeError } from '../answers/problems.js';
import { factsOf, RouteFacts } from './route-facts.js';

const mediaType = 'multipart/form-data';
/**
 * A boundary has at most 70 characters (RFC 2046, 5.1.1). The parser searches for it at every byte, so a longer one would make
 * a form expensive to read.
 */
const longestType = 'multipart/form-data; boundary=""'.length + 70 + 64;
const onePart = 'This route takes multipart/form-data with one part.';

/** A route whose body is a form with one file, in the part `part`. `receiveFile` reads it, and never holds the whole file in memory. */
export const TakesFile = (part: string) =>
  applyDecorators(
    RouteFacts({ file: part }),
    ApiConsumes(mediaType),
    ApiBody({
      required: true,
      schema: { type: 'object', required: [part], properties: { [part]: { type: 'string', format: 'binary' } } },
    }),
  );

/** A file that is arriving. */
export interface IncomingFile {
  /** The client's name for it, or `file`. */
  readonly name: string;
  readonly bytes: Readable;
}

/** Leaves forms to the handlers of routes that take a file; other routes still reject them. */
export function acceptFiles(server: FastifyInstance): void {
  server.addContentTypeParser(mediaType, (request, _payload, done) => {
    done(factsOf(request).file === undefined ? new EdgeError('unsupported_media_type', jsonAlone) : null, undefined);
  });
}

export const jsonAlone = 'The body must be application/json.';

/** Throws EdgeError unsupported_media_type if the route expects a form, a CSV file or a message. */
export function assertTakesJson(request: FastifyRequest): void {
  const { file, csv, message } = factsOf(request);
  if (file !== undefined) throw new EdgeError('unsupported_media_type', onePart);
  if (csv === true) throw new EdgeError('unsupported_media_type', 'The body must be text/csv.');
  if (message === true) throw new EdgeError('unsupported_media_type', 'The body must be message/rfc822.');
}

/**
 * Passes the file of a request's form to `take` while it arrives, and returns the result of `take` when the whole form has
 * been read. If the form is wrong, or the client disconnects, `bytes` fails, and the error is thrown after
 * `take` has ended. Throws EdgeError or ValidationFailed, and what `take` throws.
 */
export async function receiveFile<T>(request: FastifyRequest, take: (file: IncomingFile) => Promise<T>): Promise<T> {
  const { raw } = request;
  const { file: part = '' } = factsOf(request);
  const parser = parserOf(request);
  if (raw.errored !== null) throw raw.errored; // The client disconnected before the handler began.
  allowLongBody(raw);
  const begin = AsyncResource.bind(take); // A socket's event runs outside of the request's context.
  let bytes: Readable | undefined;
  let taken: Promise<T> | undefined;
  const form = new Promise<void>((resolve, reject) => {
    parser.on('file', (name, stream, fileName) => {
      stream.on('error', () => undefined); // The reader of the stream gets the error.
      if (name !== part || taken !== undefined) {
        stream.resume();
        return reject(name === part ? wrongPart(name, 'repeated', 'This is sent once.') : unknownPart(name));
      }
      bytes = stream;
      taken = begin({ name: fileName || 'file', bytes: stream });
      taken.catch(reject);
    });
    parser.on('field', (name) =>
      reject(name === part ? wrongPart(name, 'not_a_file', 'This part has no file name.') : unknownPart(name)),
    );
    parser.once('finish', resolve);
    parser.once('error', () => reject(new EdgeError('malformed_request', 'The form is incomplete.')));
    raw.once('error', reject);
  });
  raw.pipe(parser);
  try {
    await form;
    if (taken === undefined) throw wrongPart(part, 'required', 'This part is required.');
    return await taken;
  } catch (error) {
    raw.unpipe(parser);
    raw.resume(); // Discards the rest: a client reads the answer only when it has sent everything.
    bytes?.destroy(error as Error);
    await taken?.catch(() => undefined);
    throw error;
  }
}

function parserOf({ headers }: FastifyRequest): BusboyInstance {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  if (type === undefined) throw new EdgeError('unsupported_media_type', onePart);
  if (encoding.toLowerCase() !== 'identity')
    throw new EdgeError('unsupported_media_type', 'Send the body without compression.');
  if (type.length > longestType) throw new EdgeError('malformed_request', 'The boundary of the form is too long.');
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits: { fields: 1, fieldSize: 1, files: 2, parts: 2, headerSize: 16_384 },
    });
  } catch {
    throw new EdgeError('malformed_request', 'The form names no boundary.');
  }
}

const wrongPart = (field: string, code: string, message: string) => new ValidationFailed([{ field, code, message }]);

const unknownPart = (name: string | undefined) =>
  wrongPart(/^[\w.-]{1,100}$/.test(name ?? '') ? String(name) : '(part)', 'unknown_field', 'There is no such part.');
