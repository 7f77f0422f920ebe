import { TokenInvalid, ValidationFailed } from '@helpdeskly/errors';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callingPage, isLoopback, ownOriginOf } from '../wire/own-origin.js';
import { wantsCookie } from '../wire/request-facts.js';

const path = '/api/v1/auth';

/** The answer of a login: a session, or the demand for a second factor. */
interface Kept {
  readonly refreshToken?: string;
  /** Seconds. */
  readonly refreshExpiresIn?: number;
}

/** A refresh token from a client. */
export interface ShownToken {
  readonly refreshToken: string;
  readonly byCookie: boolean;
}

/**
 * A browser's refresh token, in a cookie that scripts cannot read. A request asks for it with `X-Session: cookie`. A page of another
 * origin cannot send that header; if such a request arrives anyway, the cookie is ignored.
 */
export class SessionCookie {
  constructor(private readonly name: string) {}

  /** Puts the refresh token into the cookie if the client wants that; otherwise the answer keeps it. */
  keep<Answer extends object>(request: FastifyRequest, reply: FastifyReply, answer: Answer): Answer {
    const { refreshToken, refreshExpiresIn = 0, ...rest } = answer as Kept;
    if (refreshToken === undefined || !wantsCookie(request)) return answer;
    this.set(request, reply, refreshToken, refreshExpiresIn);
    return { ...rest, refreshExpiresIn } as Answer;
  }

  /**
   * The refresh token of a request: from its body, or from the cookie if the request asks for that. Throws ValidationFailed for both or
   * neither, TokenInvalid for a cookie that is missing or must be ignored.
   */
  shown(request: FastifyRequest, inBody: string | undefined): ShownToken {
    const isWanted = wantsCookie(request);
    if (inBody !== undefined) {
      if (isWanted) throw wrongToken('not_wanted', 'With X-Session: cookie the cookie alone holds the refresh token.');
      return { refreshToken: inBody, byCookie: false };
    }
    const refreshToken = cookieOf(request, this.name);
    if (!isWanted && refreshToken === undefined) throw wrongToken('required', 'This field is required.');
    if (!isWanted || refreshToken === undefined || callingPage(request) === 'foreign')
      throw new TokenInvalid('There is no session cookie that this request may use.');
    return { refreshToken, byCookie: true };
  }

  /** Deletes the cookie of a client that has it, or asks for one. */
  clear(request: FastifyRequest, reply: FastifyReply): void {
    const isThere = cookieOf(request, this.name) !== undefined;
    if (isThere || wantsCookie(request)) this.set(request, reply, '', 0);
  }

  private set(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number): void {
    setCookie(request, reply, { name: this.name, value, path, maxAge });
  }
}

/** A cookie to be set; `maxAge` in seconds. */
export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly maxAge: number;
}

/**
 * Sets a cookie that scripts cannot read and other sites do not send. It is Secure unless the request came by plain http to a
 * loopback name.
 */
export function setCookie(request: FastifyRequest, reply: FastifyReply, cookie: CookieToSet): void {
  const own = ownOriginOf(request);
  const secure = own.isSecure || !isLoopback(own) || request.headers.origin?.startsWith('https:') === true;
  void reply.header('set-cookie', stringifySetCookie({ ...cookie, httpOnly: true, sameSite: 'strict', secure }));
}

/** The value of a cookie of a request. */
export function cookieOf(request: FastifyRequest, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name];
}

const wrongToken = (code: string, message: string) => new ValidationFailed([{ field: 'refreshToken', code, message }]);

/** Documents the header by which a route gives its refresh token as a cookie. */
export const ApiSessionHeader = () =>
  applyDecorators(
    ApiHeader({
      name: 'X-Session',
      required: false,
      description:
        '`cookie`: the refresh token is in a cookie that scripts cannot read (HttpOnly, SameSite=Strict), not in the answer. For browsers.',
      schema: { type: 'string', enum: ['cookie'] },
    }),
  );
