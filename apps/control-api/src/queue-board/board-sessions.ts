import { Secrets } from '@helpdeskly/catalog';
import { cookieOf, type Actor, type CookieToSet } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { MfaPolicy } from '../auth/mfa-policy.js';
import { sessionOf } from '../auth/operator-sessions.js';
import { OperatorTokens, type SignedInOperator } from '../auth/operator-tokens.js';

const owner = 'queue board';
const cookieName = 'helpdeskly_queues';
const lifetimeMs = 300_000;

interface BoardSession {
  readonly operatorId: string;
  readonly sessionId: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * What lets an operator with a second factor see the board for five minutes: a cookie whose value, encrypted, names a
 * session of the API. It is worth nothing once that session has ended.
 */
@Injectable()
export class BoardSessions {
  constructor(
    private readonly secrets: Secrets,
    private readonly tokens: OperatorTokens,
    private readonly policy: MfaPolicy,
  ) {}

  /** The cookie for the session of an access token. Throws Forbidden for an API key. */
  open(actor: Actor): CookieToSet {
    const session: BoardSession = {
      operatorId: actor.id,
      sessionId: sessionOf(actor),
      until: Date.now() + lifetimeMs,
    };
    const value = this.secrets.seal(JSON.stringify(session), owner);
    return { name: cookieName, value, path: '/queues', maxAge: lifetimeMs / 1000 };
  }

  /** The operator whose cookie a request has; undefined if it has none that counts. */
  async find(request: FastifyRequest): Promise<SignedInOperator | undefined> {
    const session = this.read(cookieOf(request, cookieName) ?? '');
    if (session === undefined || session.until <= Date.now()) return undefined;
    const operator = await this.tokens.signedIn(session.operatorId, session.sessionId);
    return operator === undefined || this.policy.mustSetUp(operator) ? undefined : operator;
  }

  /** Undefined for a value that is not ours. */
  private read(value: string): BoardSession | undefined {
    try {
      return JSON.parse(this.secrets.open(value, owner)) as BoardSession;
    } catch {
      return undefined;
    }
  }
}
