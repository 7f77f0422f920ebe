import { TokenInvalid, ValidationFailed } from '@helpdeskly/errors';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProperty } from '@nestjs/swagger';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callingPage, isLoopback, ownOriginOf } from '../wire/own-origin.js';

const path = '/api/v1/auth';

/** The answer of a login. Without `refreshToken`, the token is in a cookie. */
interface Kept {
  readonly refreshToken?: string;
  /** Seconds. */
  readonly refreshExpiresIn: number;
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

  /** Whether the client wants its refresh token as a cookie. */
  static isWanted(request: FastifyRequest): boolean {
    return String(request.headers['x-session'] ?? '').toLowerCase() === 'cookie';
  }

  /** Puts the refresh token into the cookie if the client wants that; otherwise the answer keeps it. */
  keep<Answer extends Kept>(request: FastifyRequest, reply: FastifyReply, answer: Answer): Answer {
    const { refreshToken, ...rest } = answer;
    if (refreshToken === undefined || !SessionCookie.isWanted(request)) return answer;
    this.set(request, reply, refreshToken, answer.refreshExpiresIn);
    return rest as Answer;
  }

  /**
   * The refresh token of a request: from its body, or from the cookie if the request asks for that. Throws ValidationFailed for both or
   * neither, TokenInvalid for a cookie that is missing or must be ignored.
   */
  shown(request: FastifyRequest, inBody: string | undefined): ShownToken {
    const isWanted = SessionCookie.isWanted(request);
    if (inBody !== undefined) {
      if (isWanted) throw wrongToken('not_wanted', 'With X-Session: cookie the cookie alone holds the refresh token.');
      return { refreshToken: inBody, byCookie: false };
    }
    const refreshToken = parseCookie(request.headers.cookie ?? '')[this.name];
    if (!isWanted && refreshToken === undefined) throw wrongToken('required', 'This field is required.');
    if (!isWanted || refreshToken === undefined || callingPage(request) === 'foreign')
      throw new TokenInvalid('There is no session cookie that this request may use.');
    return { refreshToken, byCookie: true };
  }

  /** Deletes the cookie of a client that has it, or asks for one. */
  clear(request: FastifyRequest, reply: FastifyReply): void {
    const isThere = parseCookie(request.headers.cookie ?? '')[this.name] !== undefined;
    if (isThere || SessionCookie.isWanted(request)) this.set(request, reply, '', 0);
  }

  private set(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number): void {
    const own = ownOriginOf(request);
    const secure = own.isSecure || !isLoopback(own) || request.headers.origin?.startsWith('https:') === true;
    void reply.header(
      'set-cookie',
      stringifySetCookie({ name: this.name, value, path, httpOnly: true, sameSite: 'strict', secure, maxAge }),
    );
  }
}

const wrongToken = (code: string, message: string) => new ValidationFailed([{ field: 'refreshToken', code, message }]);

/** A session as its owner sees it. */
export class OwnSessionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'The time of its last refresh.' })
  readonly lastUsedAt!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The client address from which it was opened.' })
  readonly address!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The User-Agent header with which it was opened.' })
  readonly userAgent!: string | null;

  @ApiProperty({ description: 'Whether this request belongs to it.' })
  readonly current!: boolean;
}

interface SessionRow extends Omit<OwnSessionDto, 'createdAt' | 'lastUsedAt' | 'current'> {
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}

export function viewOwnSession(row: SessionRow, currentId: string | undefined): OwnSessionDto {
  const { id, createdAt, lastUsedAt, address, userAgent } = row;
  const times = { createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
  return { id, ...times, address, userAgent, current: id === currentId };
}

/** Documents the header with which a client asks for its refresh token as a cookie. */
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
