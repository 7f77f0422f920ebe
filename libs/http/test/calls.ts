import { connect, type Socket } from 'node:net';
import type { NotesApi } from './notes-api.js';

/** An answer as received. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: any;
}

/** The parts of a request beside method and path. */
export interface Sent {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Text and bytes are sent unchanged, everything else as JSON. */
  readonly body?: unknown;
}

/** Calls with fetch, by default as an admin of a team. */
export async function call(
  api: NotesApi,
  method: string,
  path: string,
  { as = 'ADMIN', headers = {}, body }: Sent = {},
): Promise<Answer> {
  const response = await fetch(api.origin + path, {
    method,
    redirect: 'manual',
    headers: defined({
      'x-team': 'acme',
      ...(as === '' ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }),
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    body: parsed(text, response.headers.get('content-type')),
  };
}

/** Sends bytes unchanged on a new connection, and reads the answer until it is complete or the server ends it. */
export async function raw(api: NotesApi, request: string | Buffer): Promise<Answer> {
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => undefined); // A server may disconnect a client that still sends; only its answer matters.
  socket.write(request);
  const answer = await readAnswer(socket);
  socket.destroy();
  return answer;
}

/** Joins lines as in HTTP/1.1, with an empty one at the end. */
export function lines(...head: string[]): string {
  return `${head.join('\r\n')}\r\n\r\n`;
}

/** The next complete answer on a connection. */
export function readAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (ended: boolean) => {
      const end = received.indexOf('\r\n\r\n');
      if (end < 0)
        return ended
          ? reject(new Error(`the connection ended with ${JSON.stringify(received.toString())}`))
          : undefined;
      const [first = '', ...fields] = received.subarray(0, end).toString('latin1').split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => [
          field.slice(0, field.indexOf(':')).toLowerCase(),
          field.slice(field.indexOf(':') + 1).trim(),
        ]),
      );
      const length = Number(
        headers['content-length'] ?? (ended ? received.length - end - 4 : Number.POSITIVE_INFINITY),
      );
      if (received.length - end - 4 < length && !ended) return undefined;
      const text = received.subarray(end + 4).toString('utf8');
      resolve({
        status: Number(first.split(' ')[1]),
        headers,
        text,
        body: parsed(text, headers['content-type'] ?? null),
      });
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      settle(false);
    });
    socket.on('end', () => settle(true));
    socket.on('close', () => settle(true));
  });
}

function parsed(text: string, contentType: string | null): unknown {
  return contentType?.includes('json') === true && text !== '' ? JSON.parse(text) : undefined;
}

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
