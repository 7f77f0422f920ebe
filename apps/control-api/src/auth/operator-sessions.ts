import { SessionStore } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Forbidden, NotFound } from '@helpdeskly/errors';
import {
  Cursors,
  isUuid,
  pageOfOwnSessions,
  type Actor,
  type OwnSessionDto,
  type Page,
  type PageQuery,
} from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';

/** An operator's own sessions, to list and to end. An API key has none: each method throws Forbidden for it. */
@Injectable()
export class OperatorSessions {
  private readonly store = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly cursors: Cursors,
  ) {}

  /** The valid ones, newest first. Throws InvalidCursor. */
  async list(actor: Actor, query: PageQuery): Promise<Page<OwnSessionDto>> {
    const own = { scope: [actor.id], currentId: sessionOf(actor) };
    const { client } = this.control;
    return pageOfOwnSessions(this.cursors, query, own, {
      list: (limit, after) => this.store.list(client, actor.id, limit, after),
      count: () => this.store.count(client, actor.id),
    });
  }

  /** Throws NotFound for a session that is not valid or not the operator's own. */
  async end(origin: Origin, actor: Actor, sessionId: string): Promise<void> {
    sessionOf(actor);
    await this.control.transaction(async (tx) => {
      const ended = isUuid(sessionId) && (await this.store.end(tx, actor.id, sessionId));
      if (!ended) throw new NotFound('session');
      await recordEvent(tx, origin, { action: 'operator.signed_out' });
    });
  }

  /** Ends the session of this request. */
  async logout(origin: Origin, actor: Actor): Promise<void> {
    const sessionId = sessionOf(actor);
    await this.control.transaction(async (tx) => {
      await this.store.revoke(tx, sessionId);
      await recordEvent(tx, origin, { action: 'operator.signed_out' });
    });
  }
}

/** Throws Forbidden for an API key. */
export function sessionOf(actor: Actor): string {
  if (actor.sessionId === undefined) throw new Forbidden('An API key has neither a session nor a password.');
  return actor.sessionId;
}
