import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AddressRefused, NameUnknown, type WebhookAddresses } from './webhook-addresses.js';

/** From the beginning to the end of an attempt. */
const timeoutMs = 15_000;
/** Of an answer, so much is read and kept. */
const answerBytes = 1024;
const headerBytes = 16_384;

export const WebhookFailure = {
  ADDRESS_REFUSED: 'ADDRESS_REFUSED',
  NAME_UNKNOWN: 'NAME_UNKNOWN',
  CONNECTION_FAILED: 'CONNECTION_FAILED',
  TIMEOUT: 'TIMEOUT',
  REDIRECT: 'REDIRECT',
  STATUS: 'STATUS',
  WEBHOOK_DISABLED: 'WEBHOOK_DISABLED',
} as const;
export type WebhookFailure = (typeof WebhookFailure)[keyof typeof WebhookFailure];

/** What became of one attempt. */
export interface Attempted {
  /** Undefined when it was delivered. */
  readonly failure: WebhookFailure | undefined;
  readonly status: number | null;
  /** The first of what was answered. */
  readonly answer: string | null;
  readonly retryAfter: string | undefined;
  readonly durationMs: number;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

class TimedOut extends Error {}

/** Posts once, on a connection of its own. Follows no redirect, and reads no more of an answer than is kept. Never throws. */
export async function attempt(post: Post, addresses: WebhookAddresses): Promise<Attempted> {
  const began = performance.now();
  const took = () => Math.round(performance.now() - began);
  try {
    const { status, answer, retryAfter } = await exchange(post, addresses);
    return { failure: failureOf(status), status, answer, retryAfter, durationMs: took() };
  } catch (error) {
    return { failure: causeOf(error), status: null, answer: null, retryAfter: undefined, durationMs: took() };
  }
}

function failureOf(status: number): WebhookFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  return status >= 300 && status < 400 ? 'REDIRECT' : 'STATUS';
}

function causeOf(error: unknown): WebhookFailure {
  if (error instanceof AddressRefused) return 'ADDRESS_REFUSED';
  if (error instanceof NameUnknown) return 'NAME_UNKNOWN';
  return error instanceof TimedOut ? 'TIMEOUT' : 'CONNECTION_FAILED';
}

interface Answered {
  readonly status: number;
  readonly answer: string;
  readonly retryAfter: string | undefined;
}

function exchange({ url, headers, body }: Post, addresses: WebhookAddresses): Promise<Answered> {
  const { hostname, protocol } = new URL(url);
  return new Promise((resolve, reject) => {
    addresses.assertHost(hostname.replace(/^\[|\]$/g, ''));
    const send = protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: false,
      lookup: addresses.lookup,
      maxHeaderSize: headerBytes,
    });
    const late = setTimeout(() => request.destroy(new TimedOut()), timeoutMs);
    const unanswered = () => reject(new Error('The connection ended without an answer.'));
    request.once('close', () => clearTimeout(late)).once('close', unanswered);
    request.once('error', reject);
    request.once('upgrade', ({ statusCode: status = 0 }, socket) => {
      socket.destroy(); // We asked for no other protocol.
      resolve({ status, answer: '', retryAfter: undefined });
    });
    request.once('response', (response) => {
      request.off('close', unanswered).off('error', reject);
      request.on('error', () => undefined); // The status has come: what becomes of the rest does not matter.
      const { statusCode: status = 0 } = response;
      const retryAfter = response.headers['retry-after'];
      void firstOf(response).then((answer) => {
        resolve({ status, answer, retryAfter });
        request.destroy();
      });
    });
    request.end(body);
  });
}

/** What came of an answer before it ended, was cut off or was long enough: its status counts either way. */
function firstOf(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    // A database keeps no NUL in a text.
    const done = () =>
      resolve(Buffer.concat(parts).subarray(0, answerBytes).toString('utf8').replaceAll('\0', '\uFFFD'));
    response.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length >= answerBytes) done();
    });
    response.once('error', done);
    response.once('close', done);
  });
}
